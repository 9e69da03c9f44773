{#
The predecessor's type of a cost: it kept all kinds of tokens together, as the vendor's own cost_type does.
#}
{% macro legacy_cost_type(cost_component) -%}
case
    when {{ cost_component }} in ('input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h')
        then 'tokens'
    else {{ cost_component }}
end
{%- endmacro %}
