select
    organization_id,
    sum(n_tasks) as n_tasks,
    sum(n_compared_tasks) as n_compared_tasks,
    sum(actual_cost_usd) as actual_cost_usd,
    sum(baseline_cost_usd) as baseline_cost_usd,
    sum(gross_savings_usd) as gross_savings_usd,
    sum(gross_savings_usd) / nullif(sum(baseline_cost_usd), 0) as savings_share,
    sum(net_savings_usd) as net_savings_usd
from marts.mart_savings__daily
where true [[and {{dates}}]] [[and {{organization}}]] [[and {{provider}}]]
group by organization_id
order by gross_savings_usd desc, organization_id
