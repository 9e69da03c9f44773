{#
The key by which a line of the bill and the usage behind it are matched, however they spell the model. The vendor's own
word for an unknown region, `not_available`, and NULL mean the same.
#}
{% macro spend_line_key() -%}
    case
        when cost_component = 'web_search'
            then {{ surrogate_key(['usage_date', 'workspace_key', 'cost_component']) }}
        else {{ surrogate_key(['usage_date', 'workspace_key', 'cost_component', model_key('model'), 'service_tier', 'context_window', "nullif(inference_geo, 'not_available')"]) }}
    end
{%- endmacro %}
