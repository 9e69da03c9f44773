{#
BigQuery refuses a type's parameters inside a cast; dbt's contract check writes numeric(38, 9).
#}
{% macro bigquery__cast(field, type) -%}
cast({{ field }} as {{ type.split('(')[0] }})
{%- endmacro %}
