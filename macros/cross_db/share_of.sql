{# part ÷ whole as a share with nine decimals; NULL when the whole is 0 or either is unknown. #}
{% macro share_of(part, whole) -%}
{{ proportional_part(to_numeric('1'), part, whole) }}
{%- endmacro %}
