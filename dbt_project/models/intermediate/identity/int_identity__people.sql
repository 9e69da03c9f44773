{#
One row per person and period of validity, periods cut so that they never overlap (the newer row
wins). Of whom the people sheet does not know, the groups that the vendor has tell.
#}
{{ config(materialized='table') }}
with

sheet_people as (

    select * from {{ ref('stg_sheets__people') }}
    where
        person_email is not null
        -- A date that cannot be read must not open a validity for ever.
        and (valid_from_text is null or valid_from_date is not null)
        and (valid_to_text is null or valid_to_date is not null)

),

group_people as (

    select * from {{ ref('int_identity__group_people') }}

),

sheet_periods as (

    select
        sheet_row,
        -- One id per address, however each of its rows writes it.
        min(person_id) over (partition by person_email) as person_id,
        person_email,
        aliases_text,
        person_name,
        department_name,
        team_name,
        manager_email,
        cost_centre,
        coalesce(valid_from_date, cast('1900-01-01' as date)) as valid_from_date,
        coalesce(valid_to_date, cast('9999-12-31' as date)) as valid_to_date,
        _loaded_at
    from sheet_people

),

periods as (

    select * from sheet_periods

    union all

    select
        cast(null as {{ dbt.type_bigint() }}) as sheet_row,
        person_id,
        person_email,
        cast(null as {{ dbt.type_string() }}) as aliases_text,
        cast(null as {{ dbt.type_string() }}) as person_name,
        cast(null as {{ dbt.type_string() }}) as department_name,
        only_group_name as team_name,
        cast(null as {{ dbt.type_string() }}) as manager_email,
        cast(null as {{ dbt.type_string() }}) as cost_centre,
        valid_from_date,
        coalesce(valid_to_date, cast('9999-12-31' as date)) as valid_to_date,
        _loaded_at
    from group_people

),

followed as (

    select
        *,
        coalesce(
            lead(valid_from_date) over (
                partition by person_email
                order by valid_from_date, sheet_row
            ),
            cast('9999-12-31' as date)
        ) as next_valid_from_date
    from periods

),

final as (

    select
        person_id,
        {{ surrogate_key(['person_id', 'valid_from_date']) }} as person_version_id,
        person_email,
        aliases_text,
        person_name,
        department_name,
        team_name,
        manager_email,
        cost_centre,
        sheet_row,
        valid_from_date,
        least(valid_to_date, next_valid_from_date) as valid_to_date,
        min(valid_from_date) over (partition by person_email) as known_from_date,
        _loaded_at
    from followed
    where valid_from_date < least(valid_to_date, next_valid_from_date)

)

select * from final
