{# Per day, platform and actor the tokens by model add up to the tokens by actor. #}
{% set plus, minus, sums, differences = [], [], [], [] %}
{% for column in [
    'uncached_input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cache_write_5m_tokens',
    'cache_write_1h_tokens', 'output_tokens', 'n_web_searches'
] %}
{% do plus.append('coalesce(' ~ column ~ ', 0) as ' ~ column) %}
{% do minus.append('-coalesce(' ~ column ~ ', 0) as ' ~ column) %}
{% do sums.append('sum(' ~ column ~ ') as difference_of_' ~ column) %}
{% do differences.append('sum(' ~ column ~ ') <> 0') %}
{% endfor %}
with

daily_facts as (

    select * from {{ ref('fact_claude_daily_usage') }}

),

model_facts as (

    select * from {{ ref('fct_claude_model_daily_usage') }}

),

signed as (

    select
        usage_date,
        platform,
        actor_type,
        actor_id,
        {{ plus | join(',\n        ') }}
    from daily_facts

    union all

    select
        usage_date,
        platform,
        actor_type,
        actor_id,
        {{ minus | join(',\n        ') }}
    from model_facts

)

select
    usage_date,
    platform,
    actor_type,
    actor_id,
    {{ sums | join(',\n    ') }}
from signed
group by usage_date, platform, actor_type, actor_id
having {{ differences | join(' or ') }}
