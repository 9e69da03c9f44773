{#
Monday with which the four ISO weeks of a date begin; counted from a Monday, so that a period does
not move with what is loaded.
#}
{% macro four_weeks_date(date) -%}
cast(
    {{ dbt.dateadd('day', '-mod(' ~ dbt.datediff("cast('2018-01-01' as date)", date, 'day') ~ ', 28)', date) }} as date
)
{%- endmacro %}
