{#
A model lands in the schema its folder names; on BigQuery every dataset stands behind
DATASET_PREFIX.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
{%- set schema_name = (custom_schema_name or target.schema) | trim -%}
{%- if target.type == 'bigquery' and custom_schema_name -%}
        {{ env_var('DATASET_PREFIX', 'ai_usage_') ~ schema_name }}
    {%- else -%}
{{ schema_name }}
{%- endif -%}
{%- endmacro %}
