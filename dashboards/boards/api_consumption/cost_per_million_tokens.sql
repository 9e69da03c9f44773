select
    sum(costed_tokens_cost_usd) * 1000000
    / nullif(sum(costed_tokens), 0) as cost_usd_per_million_tokens,
    sum(costed_tokens) as costed_tokens
from marts.mart_api_consumption__team_daily
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
