{#
Casts text, an integer or a product of decimals to the money type, rounding half away from zero at
nine decimals.
#}
{% macro to_numeric(expression) -%}
cast({{ expression }} as {{ numeric_type() }})
{%- endmacro %}
