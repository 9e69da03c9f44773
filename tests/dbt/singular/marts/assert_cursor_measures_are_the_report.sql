{#
Every counter of Cursor's daily report, per day and e-mail, reaches the fact once: no row lost, none
added twice.
#}
{% set plus, minus, sums, differences = [], [], [], [] %}
{% for column in [
    'n_lines_added', 'n_lines_deleted', 'n_accepted_lines_added', 'n_accepted_lines_deleted',
    'n_applies', 'n_accepts', 'n_rejects', 'n_tabs_shown', 'n_tabs_accepted',
    'n_composer_requests', 'n_chat_requests', 'n_agent_requests', 'n_cmdk_requests',
    'n_bugbot_requests', 'n_subscription_included_requests', 'n_usage_based_requests',
    'n_api_key_requests'
] %}
{% do plus.append('coalesce(' ~ column ~ ', 0) as ' ~ column) %}
{% do minus.append('-coalesce(' ~ column ~ ', 0) as ' ~ column) %}
{% do sums.append('sum(signed.' ~ column ~ ') as ' ~ column) %}
{% do differences.append('sum(signed.' ~ column ~ ') <> 0') %}
{% endfor %}
with

daily_usage as (

    select * from {{ ref('stg_cursor__daily_usage') }}

),

facts as (

    select * from {{ ref('fact_cursor_daily_usage') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

signed as (

    select
        usage_date,
        coalesce(user_email, 'unattributed:cursor') as email_or_nobody,
        1 as n_report_rows,
        0 as n_fact_rows,
        {{ plus | join(',\n        ') }}
    from daily_usage

    union all

    select
        usage_date,
        user_email as email_or_nobody,
        0 as n_report_rows,
        1 as n_fact_rows,
        {{ minus | join(',\n        ') }}
    from facts

)

select
    signed.usage_date,
    signed.email_or_nobody,
    sum(signed.n_report_rows) as n_report_rows,
    sum(signed.n_fact_rows) as n_fact_rows,
    {{ sums | join(',\n    ') }}
from signed
inner join day_versions
    on signed.usage_date = day_versions.usage_date
group by signed.usage_date, signed.email_or_nobody
having
    sum(signed.n_fact_rows) <> 1
    or {{ differences | join(' or ') }}
