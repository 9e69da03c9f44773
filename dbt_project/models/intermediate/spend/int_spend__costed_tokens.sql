{#
One row per UTC day, platform, actor, workspace and model of the Anthropic bill or estimate: tokens, and the money for just
these tokens. Priority tier has tokens and no line of the bill, a line without matching usage has money and no tokens:
neither is here, so that one may be divided by the other.
#}
with

allocated_lines as (

    select * from {{ ref('int_spend__allocated_lines') }}
    where n_units > 0

),

estimated_lines as (

    select * from {{ ref('int_spend__estimated_lines') }}

),

parts as (

    select
        platform,
        actor_type,
        actor_id,
        workspace_key,
        model,
        cost_component,
        n_units,
        spend_usd,
        usage_date
    from allocated_lines

    union all

    select
        platform,
        actor_type,
        actor_id,
        workspace_key,
        model,
        cost_component,
        n_units,
        spend_usd,
        usage_date
    from estimated_lines

)

select
    platform,
    actor_type,
    actor_id,
    workspace_key,
    coalesce({{ model_key('model') }}, '') as model_key,
    {{ sum_units('n_units') }} as costed_tokens,
    sum(spend_usd) as costed_tokens_cost_usd,
    usage_date
from parts
where cost_component in ('input', 'output', 'cache_write_5m', 'cache_write_1h', 'cache_read')
group by platform, actor_type, actor_id, workspace_key, model_key, usage_date
