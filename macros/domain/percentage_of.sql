{#
part ÷ whole in per cent with nine decimals, signed; NULL when the whole is 0 or either is unknown. Both are money: whole
billionths are divided, so no floating point takes part. Up to nine billion: whole numbers of 64 bits.
#}
{% macro percentage_of(part, whole) -%}
{{ proportional_part(
    to_numeric('100'), billionths(part), billionths(whole)
) }}
{%- endmacro %}
