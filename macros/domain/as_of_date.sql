{# Today's UTC date as a literal, or the UTC day of AS_OF so that a run can be repeated. #}
{% macro as_of_date() -%}
cast('{{ as_of_text('%Y-%m-%d') }}' as date)
{%- endmacro %}
