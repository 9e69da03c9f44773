select
    period_start_date,
    sum(n_compared_tasks) / nullif(sum(n_tasks), 0) as compared_share,
    sum(n_compared_tasks) as n_compared_tasks,
    sum(n_tasks) as n_tasks
from marts.mart_savings__period_parts
where
    period_type = 'monthly'
    and part_type = 'provider'
    [[and {{organization}}]] [[and {{provider}}]]
group by period_start_date
order by period_start_date
