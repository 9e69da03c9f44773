{# The whole number that a text is, nine digits at most and nothing else; NULL for other texts. #}
{% macro strict_count(text) -%}
case
    when {{ regexp_matches(text, "'^[0-9]{1,9}$'") }} then {{ try_cast(text, dbt.type_bigint()) }}
end
{%- endmacro %}
