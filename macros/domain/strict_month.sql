{#
The first day of the month that a text is, written YYYY-MM or as one of its days; NULL for every other text.
#}
{% macro strict_month(text) -%}
{%- set first_day = dbt.concat([text, "'-01'"]) -%}
case
    when {{ regexp_matches(text, "'^[0-9]{4}-[0-9]{2}$'") }} then {{ strict_date(first_day) }}
    else {{ trunc_date('month', strict_date(text)) }}
end
{%- endmacro %}
