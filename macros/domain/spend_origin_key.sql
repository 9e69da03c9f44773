{#
The key of one origin of money: a day's money of one actor as the source names it, by workspace, model and component, that
is known in one way. What has lines (mart_finance__spend_lines) and what the parts of ledger rows are shares of.
#}
{% macro spend_origin_key() -%}
{{ surrogate_key([
    'usage_date', 'vendor', 'platform', 'used_actor_type', 'used_actor_id', 'workspace_key', 'model', 'cost_component',
    'spend_basis', 'origin_method'
]) }}
{%- endmacro %}
