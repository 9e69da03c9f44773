{#
One row per organisation, UTC day, user, provider and task type: tasks, and how many of them were routed. Users of a
longer period are counted as different users over its days, never added. Personal, so retention takes it with the tasks.
#}
{{ daily_incremental(
    cluster_by=['organization_id'],
    pre_hook="{{ delete_changed_task_days() }}"
) }}
with

changed_days as (

    {{ changed_task_days() }}

),

near_tasks as (

    select * from {{ ref('fct_task_executions') }}
    where
        {{ within_changed_days('usage_date', bound_type='date') }}

),

tasks as (

    select
        near_tasks.*,
        coalesce(near_tasks.task_type, 'unknown') as task_type_name
    from near_tasks
    inner join changed_days
        on
            near_tasks.organization_id = changed_days.organization_id
            and near_tasks.usage_date = changed_days.usage_date

),

final as (

    select
        organization_id,
        user_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        min(input_version) as input_version,
        provider,
        task_type_name as task_type,
        count(*) as n_tasks,
        count(routing_decision_id) as n_routed_tasks,
        count(case when routing_strategy = 'cost_optimized' then 1 end) as n_cost_optimized_tasks,
        usage_date,
        max(loaded_at) as loaded_at
    from tasks
    group by organization_id, user_id, provider, task_type_name, usage_date

)

select * from final
