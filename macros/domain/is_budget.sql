{#
Whether a line of the tab budgets is a budget: what it is for, of which month, and how much, at least 0.
#}
{% macro is_budget() -%}
{%- set words = "'" ~ budget_scopes() | join("', '") ~ "'" -%}
budget_usd >= 0
and month_start_date is not null
and budget_scope in ({{ words }})
{%- endmacro %}
