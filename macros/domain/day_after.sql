{# The day after a date. #}
{% macro day_after(date_expression) -%}
cast({{ dbt.dateadd('day', 1, date_expression) }} as date)
{%- endmacro %}
