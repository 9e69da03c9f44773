{#
A decimal amount in whole billionths: the weights that proportional_part divides by must be whole numbers. As money, which
holds more of them than 64 bits do.
#}
{% macro billionths(amount) -%}
{{ to_numeric(amount ~ ' * 1000000000') }}
{%- endmacro %}
