{# Cents (text or number) to US dollars, decimal from end to end. #}
{% macro cents_to_usd(expression) -%}
{{ shift_decimal_point(to_numeric(expression), 2) }}
{%- endmacro %}
