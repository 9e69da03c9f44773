{# Cents (text or number) to US dollars, decimal from end to end. #}
{% macro cents_to_usd(expression) -%}
cast({{ to_numeric(expression) }} * {{ to_numeric("'0.01'") }} as {{ numeric_type() }})
{%- endmacro %}
