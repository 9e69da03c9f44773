{#
The people of a month and the one row that nobody is named for have all money of the ledger, by category and by seats
and use, and all use of the facts.
#}
with

person_months as (

    select * from {{ ref('mart_executive__person_monthly') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

cursor_usage as (

    select * from {{ ref('fact_cursor_daily_usage') }}

),

claude_usage as (

    select * from {{ ref('fact_claude_daily_usage') }}

),

gemini_usage as (

    select * from {{ ref('fct_gemini_daily_usage') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

active_days as (

    select
        person_key,
        usage_date
    from active_person_days
    group by person_key, usage_date

),

figures as (

{% for measure, condition in {
    'spend_usd': '1 = 1',
    'coding_agents_spend_usd': "category = 'coding_agents'",
    'api_usage_spend_usd': "category = 'api_usage'",
    'ai_assistants_spend_usd': "category = 'ai_assistants'",
    'uncategorised_spend_usd': 'category is null',
    'seat_cost_usd': "cost_component = 'seat'",
    'usage_cost_usd': "cost_component <> 'seat'",
}.items() %}
    select
        month_start_date,
        '{{ measure }}' as measure,
        {{ measure }} as mart_value,
        {{ to_numeric("'0'") }} as expected_value
    from person_months

    union all

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        '{{ measure }}' as measure,
        {{ to_numeric("'0'") }} as mart_value,
        spend_usd as expected_value
    from ledger
    where {{ condition }}

    union all

    {% endfor %}
{% for measure, (relation, source_measure) in {
    'n_cursor_accepted_lines_added': ('cursor_usage', 'n_accepted_lines_added'),
    'n_cursor_tabs_accepted': ('cursor_usage', 'n_tabs_accepted'),
    'n_cursor_agent_requests': ('cursor_usage', 'n_agent_requests'),
    'n_claude_code_sessions': (
        'claude_usage', "case when platform = 'claude_code' then n_sessions end"
    ),
    'n_claude_code_lines_added': (
        'claude_usage', "case when platform = 'claude_code' then n_lines_added end"
    ),
    'n_claude_code_commits': (
        'claude_usage', "case when platform = 'claude_code' then n_commits end"
    ),
    'n_claude_code_pull_requests': (
        'claude_usage', "case when platform = 'claude_code' then n_pull_requests end"
    ),
    'claude_api_output_tokens': (
        'claude_usage', "case when platform = 'claude_api' then output_tokens end"
    ),
    'n_claude_ai_conversations': (
        'claude_usage', "case when platform = 'claude_ai' then n_conversations end"
    ),
    'n_claude_ai_messages': (
        'claude_usage', "case when platform = 'claude_ai' then n_messages end"
    ),
    'notional_cost_usd': ('claude_usage', 'notional_cost_usd'),
    'n_gemini_active_events': ('gemini_usage', 'n_active_events'),
    'n_active_days': ('active_days', '1'),
}.items() %}
    select
        month_start_date,
        '{{ measure }}' as measure,
        coalesce({{ to_numeric(measure) }}, {{ to_numeric("'0'") }}) as mart_value,
        {{ to_numeric("'0'") }} as expected_value
    from person_months

    union all

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        '{{ measure }}' as measure,
        {{ to_numeric("'0'") }} as mart_value,
        coalesce({{ to_numeric(source_measure) }}, {{ to_numeric("'0'") }}) as expected_value
    from {{ relation }}

    {% if not loop.last %}
    union all
    {% endif %}

    {% endfor %}
)

select
    month_start_date,
    measure,
    sum(mart_value) as mart_total,
    sum(expected_value) as expected_total
from figures
group by month_start_date, measure
having sum(mart_value) <> sum(expected_value)
