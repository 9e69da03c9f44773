{# One row per routing decision; one that names no organisation belongs to `unknown`. #}
{# Without a join or an aggregate, so that a filter on the days reaches the raw table. #}
with

decisions as (

    select * from {{ ref('stg_orchestrator__routing_decisions') }}

)

select
    routing_decision_id,
    task_id,
    coalesce(organization_id, 'unknown') as organization_id,
    chosen_provider,
    routing_strategy,
    algorithm_version,
    alternatives_json,
    estimated_duration_ms,
    decision_confidence,
    promised_cost_usd,
    promised_savings_usd,
    decision_date,
    decided_at,
    _loaded_at
from decisions
