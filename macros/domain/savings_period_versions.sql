{#
One row per organisation and day, ISO week or month with tasks, with a fingerprint of the days in it, for models that are
incremental by period: a period is computed again when one of its days was. It is made from the daily mart, whose days
outlive the task rows.
#}
{% macro savings_period_versions() -%}
{%- set starts = {
    'daily': 'usage_date', 'weekly': trunc_date('week', 'usage_date'), 'monthly': trunc_date('month', 'usage_date')
} -%}
{%- set selects = [] -%}
{%- for period_type, period_start in starts.items() -%}
{%- do selects.append(
    "select distinct organization_id, '" ~ period_type ~ "' as period_type, "
    ~ period_start ~ " as period_start_date, input_version from " ~ ref('mart_savings__daily')
) -%}
{%- endfor -%}
select
    organization_id,
    period_type,
    period_start_date,
    {{ dbt.hash(dbt.concat([
        'organization_id', 'period_type',
        dbt.listagg('input_version', "'|'", 'order by input_version')
    ])) }} as input_version
from ({{ selects | join(' union all ') }}) as period_days
group by organization_id, period_type, period_start_date
{%- endmacro %}
