{#
A share as text in per cent with one decimal, rounded down so that 94.99 % never reads as the
promised 95.
#}
{% macro percent_text(share) -%}
{{ dbt.concat([decimal_text(to_numeric("floor(" ~ share ~ " * 1000) / 10"), 1), "' %'"]) }}
{%- endmacro %}
