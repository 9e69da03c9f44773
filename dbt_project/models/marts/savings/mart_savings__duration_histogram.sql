{#
One row per organisation, UTC day, provider, task type and bucket of duration: counts that may be added over any days,
providers and task types, and from which percentiles of the sum are read within 1 % (macro duration_of_bucket).
#}
{{ daily_incremental(
    cluster_by=['organization_id', 'provider'],
    pre_hook="{{ delete_changed_task_days(keeps_expired=true) }}",
    outlives_rows=true
) }}
-- The pre_hook asks: depends_on: {{ ref('int_savings__settled') }}
with

changed_days as (

    {{ changed_task_days(keeps_expired=true) }}

),

tasks as (

    {{ tasks_of_changed_days() }}

),

bucketed_tasks as (

    select
        organization_id,
        input_version,
        provider,
        task_type_name,
        {{ duration_bucket('duration_ms') }} as duration_bucket,
        usage_date,
        loaded_at
    from tasks

),

final as (

    select
        usage_date,
        organization_id,
        provider,
        task_type_name as task_type,
        duration_bucket,
        count(*) as n_tasks,
        {{ pipeline_run_id() }} as pipeline_run_id,
        min(input_version) as input_version,
        max(loaded_at) as loaded_at
    from bucketed_tasks
    where duration_bucket is not null
    group by organization_id, provider, task_type_name, duration_bucket, usage_date

)

select * from final
