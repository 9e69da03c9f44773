{#
part ÷ whole in per cent with nine decimals, signed; NULL when the whole is 0 or either is unknown. Both are money: whole
billionths are divided, so no floating point takes part. Up to a billion: a hundred times that, in billionths of billionths,
is all that BigQuery's NUMERIC holds.
#}
{% macro percentage_of(part, whole) -%}
{{ proportional_part(
    to_numeric('100'), billionths(part), billionths(whole)
) }}
{%- endmacro %}
