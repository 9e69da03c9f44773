{#
Per day and assistant the mart has the measures of the facts, the money of the ledger, one active row per active
person-day; and the groups of apps are all active events of Gemini.
#}
with

knowledge_workers as (

    select * from {{ ref('mart_knowledge_workers__daily') }}

),

claude_usage as (

    select * from {{ ref('fact_claude_daily_usage') }}
    where platform = 'claude_ai'

),

gemini_usage as (

    select * from {{ ref('fct_gemini_daily_usage') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where category = 'ai_assistants'

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}
    where category = 'ai_assistants'

),

figures as (

{% for measure, relation, source_measure in [
    ('n_conversations', 'claude_usage', 'n_conversations'),
    ('n_projects', 'claude_usage', 'n_projects'),
    ('n_files', 'claude_usage', 'n_files'),
    ('n_messages', 'claude_usage', 'n_messages'),
    ('n_active_events', 'gemini_usage', 'n_active_events'),
    ('n_conversation_events', 'gemini_usage', 'n_conversation_events'),
    ('coalesce(n_active_events, 0) + n_not_active_events', 'gemini_usage', 'n_events'),
    (
        'n_chat_app_active_events', 'gemini_usage',
        "case when app_name = 'gemini_app' then n_active_events end"
    ),
    (
        'coalesce(n_chat_app_active_events, 0) + coalesce(n_document_active_events, 0)'
        ~ ' + coalesce(n_communication_active_events, 0) + coalesce(n_other_app_active_events, 0)',
        'gemini_usage', 'n_active_events'
    ),
    ('total_cost_usd', 'ledger', 'spend_usd'),
    ('seat_cost_usd', 'ledger', "case when cost_component = 'seat' then spend_usd end"),
    ('case when is_active then 1 else 0 end', 'active_person_days', '1'),
] %}
    select
        platform,
        usage_date,
        {{ dbt.string_literal(measure) }} as measure,
        coalesce({{ to_numeric(measure) }}, {{ to_numeric("'0'") }}) as mart_value,
        {{ to_numeric("'0'") }} as expected_value
    from knowledge_workers

    union all

    select
        {{ "'gemini_workspace' as platform" if relation == 'gemini_usage' else 'platform' }},
        usage_date,
        {{ dbt.string_literal(measure) }} as measure,
        {{ to_numeric("'0'") }} as mart_value,
        coalesce({{ to_numeric(source_measure) }}, {{ to_numeric("'0'") }}) as expected_value
    from {{ relation }}

    {% if not loop.last %}
    union all
    {% endif %}

    {% endfor %}
)

select
    platform,
    usage_date,
    measure,
    sum(mart_value) as mart_total,
    sum(expected_value) as expected_total
from figures
group by platform, usage_date, measure
having sum(mart_value) <> sum(expected_value)
