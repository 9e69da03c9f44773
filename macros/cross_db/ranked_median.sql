{#
The median as an aggregate over rows with their rank (from 1) among `n`; exact, and alike on both
engines.
#}
{% macro ranked_median(value, rank, n) -%}
cast(
    (
        min(case when 2 * {{ rank }} between {{ n }} and {{ n }} + 2 then {{ value }} end)
        + max(case when 2 * {{ rank }} between {{ n }} and {{ n }} + 2 then {{ value }} end)
    ) / 2 as {{ numeric_type() }}
)
{%- endmacro %}
