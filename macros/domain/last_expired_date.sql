{#
The last day whose task rows may have been deleted. `stated_date` is the column of int_savings__retention; NULL stands for
the 90 days of those who state nothing.
#}
{% macro last_expired_date(stated_date) -%}
coalesce({{ stated_date }}, cast({{ dbt.dateadd('day', -90, as_of_date()) }} as date))
{%- endmacro %}
