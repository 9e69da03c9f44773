select
    sum(total_cost_usd) as total_cost_usd,
    sum(total_tokens) as total_tokens
from marts.mart_api_consumption__team_daily
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
