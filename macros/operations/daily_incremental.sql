{#
The configuration shared by all models that are incremental by day. `append` on DuckDB and `merge` without a key on
BigQuery are the same thing: insert what is selected. What has to go has gone in the pre_hook. A model that outlives the
rows it was added up from (`outlives_rows`) is not made anew by --full-refresh: what is gone could not be added up again.
#}
{% macro daily_incremental(
    cluster_by, pre_hook="{{ delete_changed_days() }}", outlives_rows=false
) -%}
    {{ config(
        materialized='incremental',
        incremental_strategy='merge' if target.type == 'bigquery' else 'append',
        on_schema_change='fail',
        pre_hook=pre_hook,
        full_refresh=false if outlives_rows and not var('discard_expired_savings', false) else none,
        partition_by={'field': 'usage_date', 'data_type': 'date', 'granularity': 'day'} if target.type == 'bigquery' else none,
        cluster_by=cluster_by if target.type == 'bigquery' else none
    ) }}
{%- endmacro %}
