select
    task_type,
    sum(n_tasks) as n_tasks
from marts.mart_savings__user_days
where
    organization_id = $organization_id
    and ($start_date is null or usage_date >= cast($start_date as date))
    and ($end_date is null or usage_date <= cast($end_date as date))
    and ($provider is null or lower(provider) = lower($provider))
    and ($task_type is null or lower(task_type) = lower($task_type))
group by task_type
order by n_tasks desc, task_type
limit 10
