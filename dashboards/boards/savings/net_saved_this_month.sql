select
    sum(net_savings_usd) as net_savings_usd,
    sum(gross_savings_usd) as gross_savings_usd,
    sum(n_overhead_tasks) as n_overhead_tasks,
    sum(n_priced_overhead_tasks) as n_priced_overhead_tasks
from marts.mart_savings__period_parts
where
    period_type = 'monthly'
    and part_type = 'provider'
    and period_start_date = (
        select max(period_start_date)
        from marts.mart_savings__period_parts
        where period_type = 'monthly'
    )
    [[and {{organization}}]] [[and {{provider}}]]
