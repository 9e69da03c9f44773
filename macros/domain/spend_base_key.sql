{#
What a line of the bill and its usage have in common before tier and speed: one side may tell these apart and the other not.
#}
{% macro spend_base_key() -%}
{{ surrogate_key([
        'usage_date', 'workspace_key', 'cost_component', model_key('model'), 'context_window',
        "nullif(inference_geo, 'not_available')"
    ]) }}
{%- endmacro %}
