select
    min(usage_date) as first_date,
    max(usage_date) as last_date,
    count(distinct organization_id) as n_organizations,
    sum(n_overhead_tasks) as n_overhead_tasks,
    sum(n_overhead_tasks - n_priced_overhead_tasks) as n_unpriced_overhead_tasks,
    sum(n_tasks - n_compared_tasks - n_overhead_tasks) as n_unknown_tasks
from savings
