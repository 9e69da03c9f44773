{#
The configuration of a daily mart that is rebuilt as a whole: on BigQuery partitioned by month (a day would be too
small for a partition) and clustered by what readers filter by.
#}
{% macro daily_table(date_column, cluster_by) -%}
    {{ config(
        materialized='table',
        partition_by={'field': date_column, 'data_type': 'date', 'granularity': 'month'} if target.type == 'bigquery' else none,
        cluster_by=cluster_by if target.type == 'bigquery' else none
    ) }}
{%- endmacro %}
