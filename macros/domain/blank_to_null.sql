{# Vendors write "", null or nothing at all for "unknown": all three become NULL. #}
{% macro blank_to_null(expression) -%}
nullif(trim({{ expression }}), '')
{%- endmacro %}
