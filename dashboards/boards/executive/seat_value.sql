select
    platform,
    sum(seat_cost_usd) as seat_cost_usd,
    sum(notional_cost_usd) as notional_cost_usd,
    sum(usage_cost_usd) as usage_cost_usd
from marts.mart_engineering__team_weekly
where true [[and {{dates}}]] [[and {{team}}]]
group by platform
order by platform
