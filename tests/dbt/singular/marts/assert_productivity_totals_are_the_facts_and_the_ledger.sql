{#
Per day and coding agent the mart has the measures of the facts, the money of the ledger, and one row per person or
other actor of either: nobody is lost, nothing is there twice.
#}
with

productivity as (

    select * from {{ ref('mart_engineering__productivity_daily') }}

),

cursor_usage as (

    select * from {{ ref('fact_cursor_daily_usage') }}

),

claude_usage as (

    select * from {{ ref('fact_claude_daily_usage') }}
    where platform = 'claude_code'

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where category = 'coding_agents'

),

expected_keys as (

    select
        'cursor' as platform,
        coalesce(person_id, person_email, user_email) as person_key,
        usage_date
    from cursor_usage

    union distinct

    select
        'claude_code' as platform,
        coalesce(person_id, person_email, actor_id) as person_key,
        usage_date
    from claude_usage

    union distinct

    select
        platform,
        coalesce(person_id, person_email, actor_id) as person_key,
        usage_date
    from ledger

),

figures as (

    select
        platform,
        usage_date,
        'rows' as measure,
        1 as mart_value,
        0 as expected_value
    from productivity

    union all

    select
        platform,
        usage_date,
        'rows' as measure,
        0 as mart_value,
        1 as expected_value
    from expected_keys

{% set pairs = {
    'n_lines_added': ('n_lines_added', 'n_lines_added'),
    'n_accepted_lines_added': ('n_accepted_lines_added', 'n_lines_added'),
    'n_tabs_shown': ('n_tabs_shown', none),
    'n_tabs_accepted': ('n_tabs_accepted', none),
    'n_tool_actions_accepted': (
        'n_accepts',
        'coalesce(n_edit_tool_accepted, 0) + coalesce(n_multi_edit_tool_accepted, 0)'
        ~ ' + coalesce(n_write_tool_accepted, 0) + coalesce(n_notebook_edit_tool_accepted, 0)'
    ),
    'n_tool_actions_rejected': (
        'n_rejects',
        'coalesce(n_edit_tool_rejected, 0) + coalesce(n_multi_edit_tool_rejected, 0)'
        ~ ' + coalesce(n_write_tool_rejected, 0) + coalesce(n_notebook_edit_tool_rejected, 0)'
    ),
    'n_sessions': (none, 'n_sessions'),
    'n_commits': (none, 'n_commits'),
    'n_pull_requests': (none, 'n_pull_requests'),
    'n_requests': (
        'coalesce(n_subscription_included_requests, 0) + coalesce(n_usage_based_requests, 0)'
        ~ ' + coalesce(n_api_key_requests, 0)', none
    ),
} %}
    {% for measure, (of_cursor, of_claude) in pairs.items() %}
    union all

    select
        platform,
        usage_date,
        '{{ measure }}' as measure,
        coalesce({{ measure }}, 0) as mart_value,
        0 as expected_value
    from productivity

    {% if of_cursor %}
    union all

    select
        'cursor' as platform,
        usage_date,
        '{{ measure }}' as measure,
        0 as mart_value,
        coalesce({{ of_cursor }}, 0) as expected_value
    from cursor_usage

    {% endif %}
    {% if of_claude %}
    union all

    select
        'claude_code' as platform,
        usage_date,
        '{{ measure }}' as measure,
        0 as mart_value,
        coalesce({{ of_claude }}, 0) as expected_value
    from claude_usage

    {% endif %}
    {% endfor %}
),

money as (

    select
        platform,
        usage_date,
        'total_cost_usd' as measure,
        coalesce(total_cost_usd, {{ to_numeric("'0'") }}) as mart_usd,
        {{ to_numeric("'0'") }} as expected_usd
    from productivity

    union all

    select
        platform,
        usage_date,
        'total_cost_usd' as measure,
        {{ to_numeric("'0'") }} as mart_usd,
        spend_usd as expected_usd
    from ledger

    union all

    select
        platform,
        usage_date,
        'seat_cost_usd' as measure,
        coalesce(seat_cost_usd, {{ to_numeric("'0'") }}) as mart_usd,
        {{ to_numeric("'0'") }} as expected_usd
    from productivity

    union all

    select
        platform,
        usage_date,
        'seat_cost_usd' as measure,
        {{ to_numeric("'0'") }} as mart_usd,
        case
            when cost_component = 'seat' then spend_usd else {{ to_numeric("'0'") }}
        end as expected_usd
    from ledger

    union all

    select
        platform,
        usage_date,
        'notional_cost_usd' as measure,
        coalesce(notional_cost_usd, {{ to_numeric("'0'") }}) as mart_usd,
        {{ to_numeric("'0'") }} as expected_usd
    from productivity

    union all

    select
        'claude_code' as platform,
        usage_date,
        'notional_cost_usd' as measure,
        {{ to_numeric("'0'") }} as mart_usd,
        coalesce(notional_cost_usd, {{ to_numeric("'0'") }}) as expected_usd
    from claude_usage

)

select
    platform,
    usage_date,
    measure,
    cast(sum(mart_value) as {{ numeric_type() }}) as mart_total,
    cast(sum(expected_value) as {{ numeric_type() }}) as expected_total
from figures
group by platform, usage_date, measure
having sum(mart_value) <> sum(expected_value)

union all

select
    platform,
    usage_date,
    measure,
    sum(mart_usd) as mart_total,
    sum(expected_usd) as expected_total
from money
group by platform, usage_date, measure
having sum(mart_usd) <> sum(expected_usd)
