{#
The configuration shared by all models that are incremental by day. `append` on DuckDB and `merge` without a key on
BigQuery are the same thing: insert what is selected. What has to go has gone in the pre_hook.
#}
{% macro daily_incremental(cluster_by, pre_hook="{{ delete_changed_days() }}") -%}
    {{ config(
        materialized='incremental',
        incremental_strategy='merge' if target.type == 'bigquery' else 'append',
        on_schema_change='fail',
        pre_hook=pre_hook,
        partition_by={'field': 'usage_date', 'data_type': 'date', 'granularity': 'day'} if target.type == 'bigquery' else none,
        cluster_by=cluster_by if target.type == 'bigquery' else none
    ) }}
{%- endmacro %}
