{#
One row per organisation, UTC day, provider and task type: tasks, what they cost, what the baseline would have cost, and
savings, gross and net. Sum freely, then divide: baseline, compared cost and gross savings stand for the same tasks.
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

judged_tasks as (

    select
        *,
        savings_status = 'estimated' as is_compared,
        savings_status in ('not_applicable', 'routing_overhead') as is_overhead
    from tasks

),

summed as (

    select
        organization_id,
        provider,
        task_type_name as task_type,
        min(input_version) as input_version,
        count(*) as n_tasks,
        count(case when is_successful then 1 end) as n_successful_tasks,
        count(case when not is_successful then 1 end) as n_failed_tasks,
        count(case when is_retry then 1 end) as n_retries,
        count(case when is_overhead then 1 end) as n_overhead_tasks,
        count(case when is_overhead and actual_cost_usd is not null then 1 end)
            as n_priced_overhead_tasks,
        count(actual_cost_usd) as n_priced_tasks,
        count(case when is_compared then 1 end) as n_compared_tasks,
        count(case when savings_usd < 0 then 1 end) as n_negative_savings_tasks,
        count(duration_ms) as n_timed_tasks,
        {{ sum_units('total_tokens') }} as total_tokens,
        sum(compute_units) as compute_units,
        {{ sum_units('duration_ms') }} as duration_ms_sum,
        min(duration_ms) as min_duration_ms,
        max(duration_ms) as max_duration_ms,
        sum(actual_cost_usd) as actual_cost_usd,
        sum(case when is_compared then actual_cost_usd end) as compared_actual_cost_usd,
        sum(case when is_compared then baseline_cost_usd end) as baseline_cost_usd,
        sum(savings_usd) as gross_savings_usd,
        sum(case when is_overhead then actual_cost_usd end) as overhead_cost_usd,
        usage_date,
        max(loaded_at) as loaded_at
    from judged_tasks
    group by organization_id, provider, task_type_name, usage_date

),

final as (

    select
        usage_date,
        organization_id,
        provider,
        task_type,
        n_tasks,
        n_successful_tasks,
        n_failed_tasks,
        n_retries,
        n_overhead_tasks,
        n_priced_overhead_tasks,
        n_priced_tasks,
        n_compared_tasks,
        n_negative_savings_tasks,
        n_timed_tasks,
        total_tokens,
        cast(compute_units as {{ numeric_type() }}) as compute_units,
        duration_ms_sum,
        min_duration_ms,
        max_duration_ms,
        cast(actual_cost_usd as {{ numeric_type() }}) as actual_cost_usd,
        cast(compared_actual_cost_usd as {{ numeric_type() }}) as compared_actual_cost_usd,
        cast(baseline_cost_usd as {{ numeric_type() }}) as baseline_cost_usd,
        cast(gross_savings_usd as {{ numeric_type() }}) as gross_savings_usd,
        -- No overhead is 0; overhead that nobody can price is unknown. Net savings leave that out,
        -- so that they add up to gross less overhead; n_priced_overhead_tasks says how much.
        cast(
            case when n_overhead_tasks = 0 then 0 else overhead_cost_usd end
            as {{ numeric_type() }}
        ) as overhead_cost_usd,
        cast(
            case
                when n_compared_tasks > 0 or n_priced_overhead_tasks > 0
                    then coalesce(gross_savings_usd, 0) - coalesce(overhead_cost_usd, 0)
            end as {{ numeric_type() }}
        ) as net_savings_usd,
        {{ surrogate_key(['organization_id', 'usage_date', 'provider', 'task_type']) }}
            as savings_day_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        input_version,
        loaded_at
    from summed

)

select * from final
