{#
The last day whose figures are settled (is_not_settled): the day after the last one whose task rows may have been
deleted. `last_expired_date` is the column of int_savings__retention; NULL stands for the 90 days of those who state nothing.
#}
{% macro last_settled_date(last_expired_date) -%}
{%- set default_date = 'cast(' ~ dbt.dateadd('day', -90, as_of_date()) ~ ' as date)' -%}
cast({{ dbt.dateadd('day', 1, 'coalesce(' ~ last_expired_date ~ ', ' ~ default_date ~ ')') }} as date)
{%- endmacro %}
