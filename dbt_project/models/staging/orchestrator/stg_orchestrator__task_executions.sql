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
        tokens_used as used_tokens,
        uncached_input_tokens,
        output_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        compute_units,
        reported_cost,
        reported_baseline_cost,
        reported_savings,
        {{ to_numeric('confidence_score') }} as task_confidence,
        success as is_successful,
        cast(start_time as date) as usage_date,
        start_time as started_at,
        cast(end_time as timestamp) as ended_at,
        cast(created_at as timestamp) as created_at,
        cast(_loaded_at as timestamp) as _loaded_at

    from source

)

select * from renamed
