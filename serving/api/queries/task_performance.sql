select
    task_type,
    provider,
    sum(n_tasks) as n_tasks,
    sum(n_successful_tasks) as n_successful_tasks,
    sum(n_priced_tasks) as n_priced_tasks,
    sum(n_timed_tasks) as n_timed_tasks,
    sum(duration_ms_sum) as duration_ms_sum,
    sum(actual_cost_usd) as actual_cost
from marts.mart_savings__daily
where
    organization_id = $organization_id
    and ($start_date is null or usage_date >= cast($start_date as date))
    and ($end_date is null or usage_date <= cast($end_date as date))
    and ($provider is null or lower(provider) = lower($provider))
    and ($task_type is null or lower(task_type) = lower($task_type))
group by task_type, provider
order by task_type, provider
