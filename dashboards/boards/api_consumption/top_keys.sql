select
    api_key_name,
    workspace_name,
    team_name,
    sum(total_tokens) as total_tokens,
    sum(total_cost_usd) as total_cost_usd,
    sum(costed_tokens_cost_usd) * 1000000
    / nullif(sum(costed_tokens), 0) as cost_usd_per_million_tokens,
    sum(cache_hit_tokens) / nullif(sum(all_input_tokens), 0) as cache_hit_share
from marts.mart_api_consumption__daily
where
    actor_type = 'api_key' [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
    [[and {{workspace}}]] [[and {{model}}]]
group by api_key_id, api_key_name, workspace_name, team_name
order by total_cost_usd desc, api_key_name, api_key_id, workspace_name, team_name
