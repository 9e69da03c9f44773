{# ISO week number, 1 to 53. #}
{% macro iso_week(expression) -%}
{{ return(adapter.dispatch('iso_week', 'ai_usage')(expression)) }}
{%- endmacro %}
{% macro default__iso_week(expression) %}extract(week from {{ expression }}){% endmacro %}
{% macro bigquery__iso_week(expression) %}extract(isoweek from {{ expression }}){% endmacro %}
