{# What a budget can be for: the words of the column scope in the tab budgets. #}
{% macro budget_scopes() -%}
{{ return(['company', 'category', 'vendor', 'platform', 'team', 'department', 'cost_centre']) }}
{%- endmacro %}
