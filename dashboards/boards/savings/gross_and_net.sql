select
    period_start_date,
    sum(gross_savings_usd) as gross_savings_usd,
    sum(net_savings_usd) as net_savings_usd
from marts.mart_savings__period_parts
where
    period_type = 'monthly'
    and part_type = 'provider'
    [[and {{dates}}]] [[and {{organization}}]] [[and {{provider}}]]
group by period_start_date
order by period_start_date
