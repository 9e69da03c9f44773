{# The larger of two numbers, of which either may be unknown; NULL where both are. #}
{% macro larger_of(one, other) -%}
coalesce(greatest({{ one }}, {{ other }}), {{ one }}, {{ other }})
{%- endmacro %}
