select
    period_start_date,
    sum(gross_savings_usd) / nullif(sum(baseline_cost_usd), 0) as savings_share,
    sum(gross_savings_usd) as gross_savings_usd,
    sum(baseline_cost_usd) as baseline_cost_usd
from marts.mart_savings__period_parts
where
    period_type = 'monthly'
    and part_type = 'provider'
    [[and {{organization}}]] [[and {{provider}}]]
group by period_start_date
order by period_start_date
