{#
One row per UTC day, actor and model of claude.ai: tokens that Enterprise Analytics reports. Its product claude_code is
left out, because the Claude Code report has those tokens.
#}
with

user_usage as (

    select * from {{ ref('stg_claude_ai__user_usage') }}
    where coalesce(product, '') <> 'claude_code'

)

select
    case when user_email is not null then 'person' else 'account' end as actor_type,
    coalesce(user_email, claude_user_id, 'unattributed:claude_ai') as actor_id,
    model,
    {{ sum_units('uncached_input_tokens') }} as uncached_input_tokens,
    {{ sum_units('cache_read_tokens') }} as cache_read_tokens,
    {{ sum_units('coalesce(
        cache_write_5m_tokens + cache_write_1h_tokens, cache_write_5m_tokens, cache_write_1h_tokens
    )') }} as cache_write_tokens,
    {{ sum_units('cache_write_5m_tokens') }} as cache_write_5m_tokens,
    {{ sum_units('cache_write_1h_tokens') }} as cache_write_1h_tokens,
    {{ sum_units('output_tokens') }} as output_tokens,
    {{ sum_units('n_web_searches') }} as n_web_searches,
    usage_date
from user_usage
group by user_email, claude_user_id, model, usage_date
