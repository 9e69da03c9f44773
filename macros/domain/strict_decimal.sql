{#
The number that a text is: digits, at most twelve before the point, with a sign before or a point among them and nothing
else; NULL for every other text. Engines also take exponents, underscores or hexadecimal digits, each its own.
#}
{% macro strict_decimal(text) -%}
case
    when {{ regexp_matches(text, "'^[+-]{0,1}[0-9]{1,12}([.][0-9]{1,20}){0,1}$'") }}
        then {{ try_cast(text, numeric_type()) }}
end
{%- endmacro %}
