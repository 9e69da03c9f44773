{# ISO day of the week: Monday 1 to Sunday 7. #}
{% macro iso_weekday(expression) -%}
{{ return(adapter.dispatch('iso_weekday', 'ai_usage')(expression)) }}
{%- endmacro %}
{% macro default__iso_weekday(expression) %}extract(isodow from {{ expression }}){% endmacro %}
{% macro bigquery__iso_weekday(expression) %}mod(extract(dayofweek from {{ expression }}) + 5, 7) + 1{% endmacro %}
