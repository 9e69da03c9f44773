{#
One row per table of the predecessor in the newest comparison, while both systems load side by side; one
when no comparison has been made since yesterday; and one that says so when there is no migration, or
none any more.
#}
with

differences as (

    select * from {{ ref('migration_differences') }}

),

last_numbers as (

    select
        max(validation_number) as last_number,
        max(validation_date) as last_date
    from differences

),

newest as (

    select differences.*
    from differences
    inner join last_numbers
        on differences.validation_number = last_numbers.last_number

),

running as (

    select
        last_numbers.last_date,
        {{ dbt.datediff('last_numbers.last_date', as_of_date(), 'day') }} as n_days,
        coalesce(max(case when not newest.is_over then 1 else 0 end), 0) = 1 as is_running
    from last_numbers
    left join newest
        on last_numbers.last_number = newest.validation_number
    group by last_numbers.last_date

),

found as (

    select
        legacy_table_name as check_scope,
        {{ sentence([
            'legacy_table_name', "': '", 'n_different_rows', "' of '", 'n_compared_rows',
            "' compared rows differ without an explanation'",
            "case when n_different_rows > 0 then " ~ sentence([
                "'; the largest difference is '", decimal_text('largest_difference_value', 6),
                "' of '", 'largest_difference_measure', "' on '",
                "coalesce(cast(largest_difference_date as " ~ dbt.type_string() ~ "), 'no day')"
            ]) ~ " when not is_passed then '; the comparison was refused for another reason' else '' end"
        ]) }} as finding,
        case
            when n_different_rows = 0 and not is_passed then 1
            else n_different_rows
        end as n_found,
        validation_date as check_date,
        n_compared_rows,
        n_different_rows
    from newest
    where not is_over

    union all

    select
        'all' as check_scope,
        {{ sentence([
            "'the tables of the predecessor were last compared on '", 'last_date', "', '", 'n_days',
            "' days ago'"
        ]) }} as finding,
        n_days as n_found,
        {{ as_of_date() }} as check_date,
        cast(null as {{ dbt.type_bigint() }}) as n_compared_rows,
        cast(null as {{ dbt.type_bigint() }}) as n_different_rows
    from running
    where is_running and n_days > 1

    union all

    select
        'all' as check_scope,
        'not applicable: no migration from a predecessor is under way' as finding,
        0 as n_found,
        {{ as_of_date() }} as check_date,
        cast(null as {{ dbt.type_bigint() }}) as n_compared_rows,
        cast(null as {{ dbt.type_bigint() }}) as n_different_rows
    from running
    where not is_running

),

final as (

    select
        {{ finding_columns(
            check_name="'dual_writing'",
            check_scope='check_scope',
            finding='finding',
            observed_value='n_found',
            check_date='check_date'
        ) }},
        n_compared_rows,
        n_different_rows
    from found

)

select * from final
