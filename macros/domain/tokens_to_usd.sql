{# Units × list price per million units: multiply first, round once. #}
{% macro tokens_to_usd(units, usd_per_million) -%}
{{ shift_decimal_point(to_numeric(units ~ ' * ' ~ usd_per_million), 6) }}
{%- endmacro %}
