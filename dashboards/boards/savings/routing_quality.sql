select
    provider,
    sum(n_routed_tasks) as n_routed_tasks,
    sum(n_best_provider_tasks) / nullif(sum(n_comparable_tasks), 0) as best_provider_share,
    sum(n_negative_savings_tasks) / nullif(sum(n_compared_tasks), 0) as negative_savings_share,
    sum(promised_actual_cost_usd) / nullif(sum(promised_cost_usd), 0) as actual_to_promised_share,
    sum(policy_savings_usd) as policy_savings_usd,
    sum(dearest_savings_usd) as dearest_savings_usd
from marts.mart_savings__routing_quality
where true [[and {{dates}}]] [[and {{organization}}]] [[and {{provider}}]]
group by provider
order by n_routed_tasks desc, provider
