select
    sum(gross_savings_usd) as total_savings,
    sum(net_savings_usd) as net_savings,
    sum(actual_cost_usd) as total_cost,
    sum(baseline_cost_usd) as baseline_cost,
    sum(n_compared_tasks) as n_compared_tasks,
    sum(n_tasks) as n_tasks,
    min(usage_date) as first_date,
    max(usage_date) as last_date
from marts.mart_savings__daily
where
    organization_id = $organization_id
    and ($start_date is null or usage_date >= cast($start_date as date))
    and ($end_date is null or usage_date <= cast($end_date as date))
    and ($provider is null or lower(provider) = lower($provider))
    and ($task_type is null or lower(task_type) = lower($task_type))
