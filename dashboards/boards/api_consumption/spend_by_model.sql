select
    model,
    sum(total_cost_usd) as total_cost_usd
from marts.mart_api_consumption__team_daily
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
group by model
order by total_cost_usd desc, model
