{#
The classes of tokens that a price per token tells apart; a column of tokens is called `<class>_tokens`.
#}
{% macro token_classes() -%}
{{ return(['uncached_input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h']) }}
{%- endmacro %}
