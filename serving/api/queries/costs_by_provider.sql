select
    provider,
    sum(n_tasks) as n_tasks,
    sum(n_priced_tasks) as n_priced_tasks,
    sum(actual_cost_usd) as actual_cost,
    sum(baseline_cost_usd) as baseline_cost,
    sum(gross_savings_usd) as savings
from marts.mart_savings__daily
where
    organization_id = $organization_id
    and ($start_date is null or usage_date >= cast($start_date as date))
    and ($end_date is null or usage_date <= cast($end_date as date))
    and ($provider is null or lower(provider) = lower($provider))
    and ($task_type is null or lower(task_type) = lower($task_type))
group by provider
order by actual_cost desc nulls last, provider
