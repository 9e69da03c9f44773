{#
The Claude Code report's class of a cost component: it does not tell the two cache writes apart, and does not speak of
anything but tokens.
#}
{% macro report_token_class(cost_component) -%}
case
        when {{ cost_component }} in ('cache_write_5m', 'cache_write_1h') then 'cache_write'
        when {{ cost_component }} in ('input', 'output', 'cache_read') then {{ cost_component }}
    end
{%- endmacro %}
