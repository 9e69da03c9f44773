{#
The last day whose figures are settled. `stated_date` is the column of int_savings__settled; NULL stands for those who
state nothing and whose rows are all there.
#}
{% macro last_settled_date(stated_date) -%}
coalesce({{ stated_date }}, {{ day_after(last_expired_date('null')) }})
{%- endmacro %}
