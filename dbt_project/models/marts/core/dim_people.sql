{#
One row per person and period of validity (type 2): team, department and cost centre as the people
sheet dates them.
#}
with

people as (

    select * from {{ ref('int_identity__people') }}

),

final as (

    select
        person_version_id,
        person_id,
        person_email,
        person_name,
        department_name,
        team_name,
        manager_email,
        cost_centre,
        valid_to_date > {{ as_of_date() }} and valid_from_date <= {{ as_of_date() }} as is_current,
        valid_from_date,
        valid_to_date,
        _loaded_at as loaded_at
    from people

)

select * from final
