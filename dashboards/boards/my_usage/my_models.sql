select
    model,
    sum(total_cost_usd) as total_cost_usd,
    sum(notional_cost_usd) as notional_cost_usd,
    sum(uncached_input_tokens) as uncached_input_tokens,
    sum(cache_read_tokens) as cache_read_tokens,
    sum(cache_write_tokens) as cache_write_tokens,
    sum(output_tokens) as output_tokens
from marts.fct_claude_model_daily_usage
where true [[and {{dates}}]] [[and {{platform}}]]
group by model
order by output_tokens desc, model
