select
    month_start_date,
    sum(spend_usd) as spend_usd,
    sum(seat_cost_usd) as seat_cost_usd,
    sum(usage_cost_usd) as usage_cost_usd
from marts.mart_executive__person_monthly
where true [[and {{dates}}]]
group by month_start_date
order by month_start_date
