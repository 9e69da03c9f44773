select
    case when grouping(provider) = 1 then 'all' else provider end as provider,
    sum(n_tasks) as n_tasks,
    sum(n_compared_tasks) as n_compared_tasks,
    sum(compared_actual_cost_usd) as compared_actual_cost_usd,
    sum(baseline_cost_usd) as baseline_cost_usd,
    sum(gross_savings_usd) as gross_savings_usd,
    sum(overhead_cost_usd) as overhead_cost_usd,
    sum(net_savings_usd) as net_savings_usd
from savings
group by grouping sets ((provider), ())
order by grouping(provider), provider
