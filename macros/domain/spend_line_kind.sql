{#
What makes lines of the bill and of usage the same, whatever their day and however they spell the model; with `more`
columns before it. The vendor's own word for an unknown region, `not_available`, and NULL mean the same. Tier and speed
are those that bill and usage both tell apart (`billed_tier`, `billed_speed`).
#}
{% macro spend_line_kind(more=[]) -%}
{%- set dimensions = more + [
    'workspace_key', 'cost_component', model_key('model'), 'coalesce(billed_tier, service_tier)',
    'context_window', "nullif(inference_geo, 'not_available')"
] -%}
    case
        when cost_component = 'web_search'
            then {{ surrogate_key(more + ['workspace_key', 'cost_component']) }}
        when billed_speed = 'fast'
            then {{ surrogate_key(dimensions + ["'fast'"]) }}
        else {{ surrogate_key(dimensions) }}
    end
{%- endmacro %}
