select
    sum(cache_hit_tokens) / nullif(sum(all_input_tokens), 0) as cache_hit_share,
    sum(all_input_tokens) as all_input_tokens
from marts.mart_api_consumption__team_daily
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
