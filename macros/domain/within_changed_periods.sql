{#
A condition on a day: within the first and the last of a model's CTE `periods` (macro changed_savings_periods). The join with
the periods is what is exact; this lets both engines skip all other days.
#}
{% macro within_changed_periods(column) -%}
{{ column }} >= (select min(period_start_date) from periods)
        and {{ column }} <= (select max(period_end_date) from periods)
{%- endmacro %}
