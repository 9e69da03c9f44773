{#
One row per e-mail that stands in two lines of the people sheet whose validities overlap: one of the two
lines decides team and cost centre, the other is ignored.
#}
with

people as (

    select * from {{ ref('stg_sheets__people') }}
    where person_email is not null

),

periods as (

    select
        person_email,
        sheet_row,
        coalesce(valid_from_date, cast('1900-01-01' as date)) as valid_from_date,
        coalesce(valid_to_date, cast('9999-12-31' as date)) as valid_to_date,
        cast(_loaded_at as date) as loaded_date
    from people

),

doubles as (

    select
        periods.person_email,
        min(periods.sheet_row) as first_sheet_row,
        max(later_rows.sheet_row) as last_sheet_row,
        max(periods.loaded_date) as loaded_date
    from periods
    inner join periods as later_rows
        on
            periods.person_email = later_rows.person_email
            and periods.sheet_row < later_rows.sheet_row
            and periods.valid_from_date < later_rows.valid_to_date
            and periods.valid_to_date > later_rows.valid_from_date
    group by periods.person_email

),

final as (

    select
        {{ finding_columns(
            check_name="'duplicate_person'",
            check_scope='person_email',
            finding=sentence([
                'person_email', "' stands twice in the people sheet on the same days: rows '",
                'first_sheet_row', "' and '", 'last_sheet_row'
            ]),
            observed_value='2',
            expected_value='1',
            check_date='loaded_date'
        ) }},
        person_email,
        first_sheet_row,
        last_sheet_row
    from doubles

)

select * from final
