{#
part ÷ whole in per cent with nine decimals, signed; NULL when the whole is 0 or either is unknown. Both are money: whole
billionths are divided, so no floating point takes part.
#}
{% macro percentage_of(part, whole) -%}
{{ proportional_part(
    to_numeric('100'), to_numeric(part ~ ' * 1000000000'), to_numeric(whole ~ ' * 1000000000')
) }}
{%- endmacro %}
