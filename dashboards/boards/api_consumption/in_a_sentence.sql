select
    sum(total_cost_usd) as total_cost_usd,
    sum(total_tokens) as total_tokens,
    sum(costed_tokens_cost_usd) * 1000000
    / nullif(sum(costed_tokens), 0) as cost_usd_per_million_tokens,
    sum(cache_hit_tokens) / nullif(sum(all_input_tokens), 0) as cache_hit_share,
    sum(case when platform = 'cursor' then n_requests end) as n_own_key_requests
from marts.mart_api_consumption__team_daily
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
