{#
One row per task with the units that a price can charge: tokens by class, and those that stand in no class.
#}
{# Without a join of rows or an aggregate, so that a filter on the days reaches the raw table. #}
with

tasks as (

    select * from {{ ref('stg_orchestrator__task_executions') }}

),

routing_task_types as (

    select * from {{ ref('routing_task_types') }}

),

counted as (

    select
        *,
        {{ classified_tokens('tasks') }} as classified_tokens
    from tasks

),

final as (

    select
        task_id,
        user_id,
        organization_id,
        routing_decision_id,
        retry_of_task_id,
        provider,
        model,
        coalesce({{ model_key('model') }}, '') as model_key,
        task_type,
        coalesce(task_type, '') as task_type_key,
        service_tier,
        error_class,
        -- An end before the start is no duration.
        case when duration_ms >= 0 then duration_ms end as duration_ms,
        total_tokens,
        uncached_input_tokens,
        output_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        -- All of them where the orchestrator states only their sum.
        case
            when total_tokens > classified_tokens then total_tokens - classified_tokens
            else 0
        end as unclassified_tokens,
        compute_units,
        task_confidence,
        case when coalesce(currency, 'USD') = 'USD' then reported_cost end as reported_cost_usd,
        {{ has_token_counts('counted') }} as has_token_counts,
        is_successful,
        -- An orchestrator that has no such field still says it with the type of the task.
        coalesce(
            is_stated_routing_overhead,
            {{ compact_word('task_type') }} in (
                select routing_task_types.task_type_word from routing_task_types
            ),
            false
        ) as is_routing_overhead,
        usage_date,
        started_at,
        ended_at
    from counted

)

select * from final
