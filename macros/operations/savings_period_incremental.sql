{#
The configuration of models that are incremental by period of savings; see daily_incremental. The periods to compute come
from changed_savings_periods.
#}
{% macro savings_period_incremental() -%}
    {{ config(
        materialized='incremental',
        incremental_strategy='merge' if target.type == 'bigquery' else 'append',
        on_schema_change='fail',
        pre_hook="{{ delete_changed_savings_periods() }}",
        partition_by={'field': 'period_start_date', 'data_type': 'date', 'granularity': 'month'} if target.type == 'bigquery' else none,
        cluster_by=['organization_id'] if target.type == 'bigquery' else none
    ) }}
{%- endmacro %}
