select
    sum(gross_savings_usd) as gross_savings_usd,
    sum(compared_actual_cost_usd) as compared_actual_cost_usd,
    sum(baseline_cost_usd) as baseline_cost_usd,
    max(period_start_date) as month_start_date
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
