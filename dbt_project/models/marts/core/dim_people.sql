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
        person_name,
        person_email,
        team_name,
        department_name,
        cost_centre,
        manager_email,
        valid_from_date,
        valid_to_date,
        valid_to_date > {{ as_of_date() }} and valid_from_date <= {{ as_of_date() }} as is_current,
        person_id,
        person_version_id,
        _loaded_at as loaded_at
    from people

)

select * from final
