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

tasks as (

    {{ tasks_of_changed_days() }}

),

final as (

    select
        usage_date,
        organization_id,
        user_id,
        provider,
        task_type_name as task_type,
        count(*) as n_tasks,
        count(routing_decision_id) as n_routed_tasks,
        count(case when routing_strategy = 'cost_optimized' then 1 end) as n_cost_optimized_tasks,
        {{ pipeline_run_id() }} as pipeline_run_id,
        min(input_version) as input_version,
        max(loaded_at) as loaded_at
    from tasks
    group by organization_id, user_id, provider, task_type_name, usage_date

)

select * from final
