{# One row per task, as it was delivered last. #}
{# started_at keeps its raw type, so that a filter on it skips the blocks of other days. #}
with

source as (

    select * from {{ source('orchestrator', 'task_executions') }}

),

renamed as (

    select
        task_id,
        user_id,
        organization_id,
        routing_decision_id,
        retry_of_task_id,
        provider,
        model,
        task_type,
        coalesce(service_tier, 'standard') as service_tier,
        error_class,
        currency,
        duration_ms,
        tokens_used as total_tokens,
        uncached_input_tokens,
        output_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        compute_units,
        reported_cost,
        reported_baseline_cost,
        reported_savings,
        -- A score beyond 0 to 1 is not on our scale.
        case
            when confidence_score between 0 and 1 then {{ to_numeric('confidence_score') }}
        end as task_confidence,
        success as is_successful,
        is_routing_overhead as is_stated_routing_overhead,
        {{ utc_date('start_time') }} as usage_date,
        start_time as started_at,
        {{ utc_timestamp('end_time') }} as ended_at,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
