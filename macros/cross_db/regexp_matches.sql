{# Whether the text contains a match of the pattern; NULL text gives NULL. #}
{% macro regexp_matches(expression, pattern) -%}
{{ return(adapter.dispatch('regexp_matches', 'ai_usage')(expression, pattern)) }}
{%- endmacro %}
{% macro default__regexp_matches(expression, pattern) %}regexp_matches({{ expression }}, {{ pattern }}){% endmacro %}
{% macro bigquery__regexp_matches(expression, pattern) %}regexp_contains({{ expression }}, {{ pattern }}){% endmacro %}
