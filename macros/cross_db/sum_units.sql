{# Sum of whole units as a 64-bit integer (DuckDB would widen it to 128 bits). #}
{% macro sum_units(expression) -%}
cast(sum({{ expression }}) as {{ dbt.type_bigint() }})
{%- endmacro %}
