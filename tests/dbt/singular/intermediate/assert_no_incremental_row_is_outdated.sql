{# No row of an incremental model was made from inputs that its day no longer has. #}
{% set incremental_models = [
    'int_platform__detected', 'int_attribution__ranked', 'int_usage__claude_code_shares',
    'int_usage__claude_model_tokens', 'int_spend__allocated_lines', 'int_spend__estimated_lines',
    'int_spend__anthropic_by_actor', 'int_spend__cursor_charges', 'int_spend__vendor_costs',
    'fct_ai_spend_daily', 'fact_cursor_daily_usage', 'fact_claude_daily_usage', 'fct_claude_model_daily_usage',
    'fct_gemini_daily_usage', 'int_usage__active_person_days', 'int_spend__ledger_parts', 'mart_finance__spend_parts',
    'mart_finance__spend_lines', 'mart_finance__spend_records', 'mart_finance__owner_candidates'
] %}
{# Those that are incremental by organisation and day have a test of their own. #}
{% set task_models = [
    'fct_task_executions', 'fct_routing_decisions', 'mart_savings__daily',
    'mart_savings__user_days', 'mart_savings__duration_histogram', 'mart_savings__review',
    'mart_savings__routing_quality', 'mart_savings__periods', 'mart_savings__period_parts'
] %}
with

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

stored as (

    {% for model_name in incremental_models %}
    select
        '{{ model_name }}' as model_name,
        input_version,
        usage_date
    from {{ ref(model_name) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

all_rows as (

    select
        model_name,
        usage_date,
        input_version,
        count(*) as n_rows
    from stored
    group by model_name, usage_date, input_version

)

select all_rows.*
from all_rows
left join day_versions
    on
        all_rows.usage_date = day_versions.usage_date
        and all_rows.input_version = day_versions.input_version
where day_versions.usage_date is null
{#
A new model that is incremental by day must be named above, because dbt sees only refs that stand
here.
#}
{% if execute %}
{% for node in graph.nodes.values() if node.resource_type == 'model' %}
{% if node.config.materialized == 'incremental' and 'input_version' in node.columns and node.name not in incremental_models + task_models %}
{{ exceptions.raise_compiler_error(node.name ~ ' is missing in incremental_models') }}
{% endif %}
{% endfor %}
{% endif %}
