{# The text without any match of the pattern. DuckDB stops after the first one unless it is told. #}
{% macro regexp_removed(expression, pattern) -%}
{{ return(adapter.dispatch('regexp_removed', 'ai_usage')(expression, pattern)) }}
{%- endmacro %}
{% macro default__regexp_removed(expression, pattern) %}regexp_replace({{ expression }}, {{ pattern }}, '', 'g'){% endmacro %}
{% macro bigquery__regexp_removed(expression, pattern) %}regexp_replace({{ expression }}, {{ pattern }}, ''){% endmacro %}
