{#
One row per organisation, UTC day, provider, task type and bucket of duration: counts that may be added over any days,
providers and task types, and from which percentiles of the sum are read within 1 % (macro duration_of_bucket).
#}
{{ daily_incremental(
    cluster_by=['organization_id', 'provider'],
    pre_hook="{{ delete_changed_task_days(keeps_expired=true) }}"
) }}
-- The pre_hook asks: depends_on: {{ ref('int_savings__retention') }}
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
        near_tasks.organization_id,
        near_tasks.input_version,
        near_tasks.provider,
        coalesce(near_tasks.task_type, 'unknown') as task_type_name,
        {{ duration_bucket('near_tasks.duration_ms') }} as duration_bucket,
        near_tasks.usage_date,
        near_tasks.loaded_at
    from near_tasks
    inner join changed_days
        on
            near_tasks.organization_id = changed_days.organization_id
            and near_tasks.usage_date = changed_days.usage_date

),

final as (

    select
        organization_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        min(input_version) as input_version,
        provider,
        task_type_name as task_type,
        duration_bucket,
        count(*) as n_tasks,
        usage_date,
        max(loaded_at) as loaded_at
    from tasks
    where duration_bucket is not null
    group by organization_id, provider, task_type_name, duration_bucket, usage_date

)

select * from final
