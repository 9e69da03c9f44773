{# First day of the month, quarter, year or ISO week of a date, as a date. #}
{% macro trunc_date(part, expression) -%}
{{ return(adapter.dispatch('trunc_date', 'ai_usage')(part, expression)) }}
{%- endmacro %}
{% macro default__trunc_date(part, expression) %}cast(date_trunc('{{ part }}', {{ expression }}) as date){% endmacro %}
{% macro bigquery__trunc_date(part, expression) -%}
date_trunc({{ expression }}, {{ 'isoweek' if part == 'week' else part }})
{%- endmacro %}
