{#
The 90th percentile by nearest rank, as an aggregate over rows with their rank (from 1) among `n`;
exact, and alike on both engines.
#}
{% macro ranked_p90(value, rank, n) -%}
min(case when 10 * {{ rank }} >= 9 * {{ n }} then {{ value }} end)
{%- endmacro %}
