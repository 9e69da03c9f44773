{#
First capture group of a pattern, NULL when it does not match (DuckDB says '' there). The pattern
may be a column.
#}
{% macro regexp_capture(expression, pattern) -%}
{{ return(adapter.dispatch('regexp_capture', 'ai_usage')(expression, pattern)) }}
{%- endmacro %}
{% macro default__regexp_capture(expression, pattern) %}nullif(regexp_extract({{ expression }}, {{ pattern }}, 1), ''){% endmacro %}
{% macro bigquery__regexp_capture(expression, pattern) %}nullif(regexp_extract({{ expression }}, {{ pattern }}), ''){% endmacro %}
