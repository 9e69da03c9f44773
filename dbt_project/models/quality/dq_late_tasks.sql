{#
One row per organisation and UTC day whose tasks came after the day had expired: the savings marts keep what they had
(is_not_settled), and these tasks are in none of their figures.
#}
with

day_versions as (

    select * from {{ ref('int_savings__day_versions') }}
    where n_tasks > 0

),

tasks as (

    select * from {{ ref('stg_orchestrator__task_executions') }}

),

held_days as (

    select
        organization_id,
        usage_date,
        max(loaded_at) as held_loaded_at
    from {{ ref('mart_savings__daily') }}
    group by organization_id, usage_date

),

later_days as (

    select
        day_versions.organization_id,
        day_versions.usage_date,
        held_days.held_loaded_at
    from day_versions
    inner join held_days
        on
            day_versions.organization_id = held_days.organization_id
            and day_versions.usage_date = held_days.usage_date
    where day_versions.day_loaded_at > held_days.held_loaded_at

),

counted as (

    select
        later_days.organization_id,
        count(*) as n_tasks,
        later_days.usage_date
    from later_days
    inner join tasks
        on
            later_days.organization_id = tasks.organization_id
            and later_days.usage_date = tasks.usage_date
    where tasks._loaded_at > later_days.held_loaded_at
    group by later_days.organization_id, later_days.usage_date

),

final as (

    select
        {{ finding_columns(
            check_name="'late_tasks'",
            check_scope='organization_id',
            finding=sentence([
                'n_tasks', "' tasks of '", 'organization_id', "' on '", 'usage_date',
                "' came after that day had expired and are in no figure of savings'"
            ]),
            observed_value='n_tasks',
            check_date='usage_date'
        ) }},
        organization_id,
        n_tasks
    from counted

)

select * from final
