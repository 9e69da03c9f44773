{#
Per day, actor and model the rows of the Claude API have the tokens of the model fact and the money of the ledger, and
the rows of Cursor the own-key requests of its fact.
#}
with

consumption as (

    select * from {{ ref('mart_api_consumption__daily') }}

),

model_usage as (

    select * from {{ ref('fct_claude_model_daily_usage') }}
    where platform = 'claude_api'

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where platform = 'claude_api'

),

cursor_usage as (

    select * from {{ ref('fact_cursor_daily_usage') }}

),

figures as (
{% for measure in [
    'uncached_input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens',
    'output_tokens', 'n_web_searches'
] %}
    select
        usage_date,
        actor_id,
        coalesce(model, 'no model') as model,
        '{{ measure }}' as measure,
        coalesce({{ to_numeric(measure) }}, {{ to_numeric("'0'") }}) as mart_value,
        {{ to_numeric("'0'") }} as expected_value
    from consumption

    union all

    select
        usage_date,
        actor_id,
        coalesce(model, 'no model') as model,
        '{{ measure }}' as measure,
        {{ to_numeric("'0'") }} as mart_value,
        coalesce({{ to_numeric(measure) }}, {{ to_numeric("'0'") }}) as expected_value
    from model_usage

    union all

    {% endfor %}
{% for measure, components in {
    'total_cost_usd': none,
    'token_cost_usd': "'input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'",
    'input_cost_usd': "'input'",
    'output_cost_usd': "'output'",
    'cache_read_cost_usd': "'cache_read'",
    'cache_write_cost_usd': "'cache_write_5m', 'cache_write_1h'",
    'web_search_cost_usd': "'web_search'",
    'code_execution_cost_usd': "'code_execution'",
    'seat_cost_usd': "'seat'",
}.items() %}
    select
        usage_date,
        actor_id,
        coalesce(model, 'no model') as model,
        '{{ measure }}' as measure,
        coalesce({{ measure }}, {{ to_numeric("'0'") }}) as mart_value,
        {{ to_numeric("'0'") }} as expected_value
    from consumption

    union all

    select
        usage_date,
        actor_id,
        coalesce(model, 'no model') as model,
        '{{ measure }}' as measure,
        {{ to_numeric("'0'") }} as mart_value,
        spend_usd as expected_value
    from ledger
    {% if components %}
    where cost_component in ({{ components }})
    {% endif %}

    union all

    {% endfor %}
    select
        usage_date,
        actor_id,
        'no model' as model,
        'n_requests' as measure,
        {{ to_numeric('n_requests') }} as mart_value,
        {{ to_numeric("'0'") }} as expected_value
    from consumption
    where n_requests is not null

    union all

    select
        usage_date,
        user_email as actor_id,
        'no model' as model,
        'n_requests' as measure,
        {{ to_numeric("'0'") }} as mart_value,
        {{ to_numeric('coalesce(n_api_key_requests, 0)') }} as expected_value
    from cursor_usage

)

select
    usage_date,
    actor_id,
    model,
    measure,
    sum(mart_value) as mart_total,
    sum(expected_value) as expected_total
from figures
group by usage_date, actor_id, model, measure
having sum(mart_value) <> sum(expected_value)
