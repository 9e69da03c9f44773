{#
One row per routing decision: which provider was chosen, what that promised, and what the cheapest alternative would have
cost by the router's own estimate.
#}
{{ daily_incremental(
    cluster_by=['organization_id'], pre_hook="{{ delete_changed_task_days() }}"
) }}
with

changed_days as (

    {{ changed_task_days(counted='n_decisions') }}

),

near_decisions as (

    select * from {{ ref('int_savings__decisions') }}
    where
        {{ within_changed_days('decided_at') }}

),

decisions as (

    select
        near_decisions.*,
        changed_days.input_version,
        changed_days.day_loaded_at
    from near_decisions
    inner join changed_days
        on
            near_decisions.organization_id = changed_days.organization_id
            and near_decisions.decision_date = changed_days.usage_date

),

alternatives as (

    select
        organization_id,
        routing_decision_id,
        {{ json_entry_text('provider') }} as provider,
        {{ try_cast(json_entry_text('estimated_cost'), numeric_type()) }} as estimated_cost_usd
    from decisions
    {{ cross_join_json_list('alternatives_json', ['provider', 'score', 'estimated_cost']) }}

),

cheapest_costs as (

    select
        organization_id,
        routing_decision_id,
        count(*) as n_alternatives,
        min(estimated_cost_usd) as cheapest_cost_usd
    from alternatives
    group by organization_id, routing_decision_id

),

cheapest_alternatives as (

    select
        cheapest_costs.organization_id,
        cheapest_costs.routing_decision_id,
        max(cheapest_costs.n_alternatives) as n_alternatives,
        min(alternatives.provider) as cheapest_provider,
        max(cheapest_costs.cheapest_cost_usd) as cheapest_cost_usd
    from cheapest_costs
    left join alternatives
        on
            cheapest_costs.organization_id = alternatives.organization_id
            and cheapest_costs.routing_decision_id = alternatives.routing_decision_id
            and cheapest_costs.cheapest_cost_usd = alternatives.estimated_cost_usd
    group by cheapest_costs.organization_id, cheapest_costs.routing_decision_id

),

final as (

    select
        decisions.decision_date as usage_date,
        decisions.organization_id,
        decisions.chosen_provider,
        decisions.routing_strategy,
        cheapest_alternatives.cheapest_provider as cheapest_alternative_provider,
        {{ utc_timestamp('decisions.decided_at') }} as decided_at,
        coalesce(cheapest_alternatives.n_alternatives, 0) as n_alternatives,
        decisions.estimated_duration_ms,
        cast(decisions.promised_cost_usd as {{ numeric_type() }}) as promised_cost_usd,
        cast(decisions.promised_savings_usd as {{ numeric_type() }}) as promised_savings_usd,
        cast(cheapest_alternatives.cheapest_cost_usd as {{ numeric_type() }})
            as cheapest_alternative_cost_usd,
        decisions.algorithm_version,
        decisions.decision_confidence,
        decisions.routing_decision_id,
        decisions.task_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        decisions.input_version,
        decisions.day_loaded_at as loaded_at
    from decisions
    left join cheapest_alternatives
        on
            decisions.organization_id = cheapest_alternatives.organization_id
            and decisions.routing_decision_id = cheapest_alternatives.routing_decision_id

)

select * from final
