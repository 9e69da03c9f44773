{#
One row per person, the version in force or the last one, in the shape of the predecessor's dim_users.
#}
{{ config(schema='compatibility', materialized='view') }}
with

people as (

    select * from {{ ref('dim_people') }}

),

ranked as (

    select
        *,
        min(valid_from_date) over (partition by person_id) as first_valid_from_date,
        row_number() over (
            partition by person_id
            order by is_current desc, valid_from_date desc, person_version_id asc
        ) as version_rank
    from people

),

final as (

    select
        person_id as user_id,
        person_email as email,
        {{ dbt.split_part('person_name', "' '", 1) }} as first_name,
        nullif(
            trim(substr(person_name, length({{ dbt.split_part('person_name', "' '", 1) }}) + 1)), ''
        ) as last_name,
        person_name as display_name,
        department_name as department,
        team_name as team,
        manager_email,
        is_current as is_active,
        first_valid_from_date as created_date,
        valid_from_date as updated_date,
        'people sheet' as created_by,
        'people sheet' as updated_by
    from ranked
    where version_rank = 1

)

select * from final
