{#
One row per UTC day, messages actor of the Claude Code platform, model and class of tokens that the Claude Code report
tells apart: what can be compared with the report.
#}
with

token_lines as (

    select * from {{ ref('int_usage__token_lines') }}
    where cost_component <> 'web_search'

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}
    where platform = 'claude_code'

),

classed_lines as (

    select
        token_lines.actor_type,
        token_lines.actor_id,
        coalesce({{ model_key('token_lines.model') }}, '') as model_key,
        {{ report_token_class('token_lines.cost_component') }} as token_class,
        token_lines.n_units,
        token_lines.usage_date
    from token_lines
    inner join detected_platforms
        on
            token_lines.actor_type = detected_platforms.actor_type
            and token_lines.actor_id = detected_platforms.actor_id
            and token_lines.workspace_key = detected_platforms.workspace_key
            and token_lines.usage_date = detected_platforms.usage_date

)

select
    actor_type,
    actor_id,
    model_key,
    token_class,
    {{ sum_units('n_units') }} as n_tokens,
    usage_date
from classed_lines
group by actor_type, actor_id, model_key, token_class, usage_date
