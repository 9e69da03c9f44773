{# Sessions, lines, commits, pull requests and tool answers per day: the fact is the report. #}
{% set plus, minus, sums, differences = [], [], [], [] %}
{% for column in [
    'n_sessions', 'n_lines_added', 'n_lines_removed', 'n_commits', 'n_pull_requests',
    'n_edit_tool_accepted', 'n_edit_tool_rejected', 'n_multi_edit_tool_accepted',
    'n_multi_edit_tool_rejected', 'n_write_tool_accepted', 'n_write_tool_rejected',
    'n_notebook_edit_tool_accepted', 'n_notebook_edit_tool_rejected'
] %}
{% do plus.append('coalesce(' ~ column ~ ', 0) as ' ~ column) %}
{% do minus.append('-coalesce(' ~ column ~ ', 0) as ' ~ column) %}
{% do sums.append('sum(signed.' ~ column ~ ') as ' ~ column) %}
{% do differences.append('sum(signed.' ~ column ~ ') <> 0') %}
{% endfor %}
with

report_usage as (

    select * from {{ ref('stg_anthropic__claude_code_usage') }}

),

facts as (

    select * from {{ ref('fact_claude_daily_usage') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

signed as (

    select
        usage_date,
        {{ plus | join(',\n        ') }}
    from report_usage

    union all

    select
        usage_date,
        {{ minus | join(',\n        ') }}
    from facts

)

select
    signed.usage_date,
    {{ sums | join(',\n    ') }}
from signed
inner join day_versions
    on signed.usage_date = day_versions.usage_date
group by signed.usage_date
having {{ differences | join(' or ') }}
