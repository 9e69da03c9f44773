select
    shown_workspace_name,
    sum(total_cost_usd) as total_cost_usd
from marts.mart_api_consumption__team_daily
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
group by shown_workspace_name
order by total_cost_usd desc, shown_workspace_name
