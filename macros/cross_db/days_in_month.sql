{# Number of days of the month a date lies in. #}
{% macro days_in_month(expression) -%}
extract(day from cast({{ dbt.last_day(expression, 'month') }} as date))
{%- endmacro %}
