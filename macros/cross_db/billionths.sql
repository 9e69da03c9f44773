{#
A decimal amount in whole billionths: the weights that proportional_part divides by must be whole numbers.
#}
{% macro billionths(amount) -%}
cast({{ amount }} * 1000000000 as {{ dbt.type_bigint() }})
{%- endmacro %}
