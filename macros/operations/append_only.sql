{#
The configuration of an append-only log: rows are added by each build that has something to say, and never rebuilt, because
the past cannot be measured again.
#}
{% macro append_only() -%}
    {{ config(
        materialized='incremental',
        incremental_strategy='merge' if target.type == 'bigquery' else 'append',
        on_schema_change='fail',
        full_refresh=false
    ) }}
{%- endmacro %}
