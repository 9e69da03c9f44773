{#
The key by which a line of the bill and the usage behind it are matched, however they spell the model. The vendor's own
word for an unknown region, `not_available`, and NULL mean the same. Tier and speed are those that bill and usage both
tell apart (`billed_tier`, `billed_speed`).
#}
{% macro spend_line_key() -%}
{%- set dimensions = [
    'usage_date', 'workspace_key', 'cost_component', model_key('model'), 'coalesce(billed_tier, service_tier)',
    'context_window', "nullif(inference_geo, 'not_available')"
] -%}
    case
        when cost_component = 'web_search'
            then {{ surrogate_key(['usage_date', 'workspace_key', 'cost_component']) }}
        when billed_speed = 'fast'
            then {{ surrogate_key(dimensions + ["'fast'"]) }}
        else {{ surrogate_key(dimensions) }}
    end
{%- endmacro %}
