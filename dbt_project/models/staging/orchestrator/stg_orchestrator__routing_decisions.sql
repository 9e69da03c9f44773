{# One row per routing decision, as it was delivered last. #}
{# decided_at keeps its raw type, so that a filter on it skips the blocks of other days. #}
with

source as (

    select * from {{ source('orchestrator', 'routing_decisions') }}

),

renamed as (

    select
        routing_decision_id,
        task_id,
        organization_id,
        chosen_provider,
        routing_strategy,
        algorithm_version,
        alternative_providers as alternatives_json,
        estimated_duration_ms,
        -- A score beyond 0 to 1 is not on our scale.
        case
            when confidence_score between 0 and 1 then {{ to_numeric('confidence_score') }}
        end as decision_confidence,
        estimated_cost as promised_cost_usd,
        potential_savings as promised_savings_usd,
        {{ utc_date('coalesce(created_at, _loaded_at)') }} as decision_date,
        coalesce(created_at, _loaded_at) as decided_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
