select
    sum(n_best_provider_tasks) as n_best_provider_tasks,
    sum(n_comparable_tasks) as n_comparable_tasks
from marts.mart_savings__routing_quality
where
    ($organization_id is null or organization_id = $organization_id)
    and usage_date >= cast($first_date as date)
    and usage_date <= cast($last_date as date)
