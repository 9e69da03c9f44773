select
    model,
    platform,
    sum(total_tokens) as total_tokens,
    sum(n_requests) as n_requests,
    sum(total_cost_usd) as total_cost_usd,
    sum(costed_tokens_cost_usd) * 1000000
    / nullif(sum(costed_tokens), 0) as cost_usd_per_million_tokens,
    sum(cache_hit_tokens) / nullif(sum(all_input_tokens), 0) as cache_hit_share,
    sum(output_tokens) / nullif(sum(all_input_tokens), 0) as output_per_input_share
from marts.mart_api_consumption__team_daily
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
group by model, platform
order by total_cost_usd desc, total_tokens desc, model, platform
