{#
The text with every match of a pattern replaced (DuckDB stops after the first one unless it is told); `\1` in the
replacement is the first group. Pattern and replacement are written here as texts, not as SQL, and a pattern without
backslashes reads alike on both engines.
#}
{% macro regexp_replaced(expression, pattern, replacement) -%}
{{ return(adapter.dispatch('regexp_replaced', 'ai_usage')(expression, pattern, replacement)) }}
{%- endmacro %}
{% macro default__regexp_replaced(expression, pattern, replacement) -%}
regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}
{% macro bigquery__regexp_replaced(expression, pattern, replacement) -%}
regexp_replace({{ expression }}, r'{{ pattern }}', r'{{ replacement }}')
{%- endmacro %}
