{#
A decimal as text with a fixed number of decimals, rounded half away from zero: the same on both engines, which print
decimals differently. Whole part and decimals are made apart, so that neither outgrows 64 bits.
#}
{% macro decimal_text(expression, decimals=2) -%}
{%- set scale = 10 ** decimals -%}
{%- set rounded = "round(abs(" ~ expression ~ "), " ~ decimals ~ ")" -%}
{{ dbt.concat([
    "case when " ~ expression ~ " < 0 then '-' else '' end",
    "cast(cast(floor(" ~ rounded ~ ") as " ~ dbt.type_bigint() ~ ") as " ~ dbt.type_string() ~ ")",
    "'.'",
    "substr(cast(" ~ scale ~ " + cast((" ~ rounded ~ " - floor(" ~ rounded ~ ")) * " ~ scale ~ " as "
    ~ dbt.type_bigint() ~ ") as " ~ dbt.type_string() ~ "), 2)",
]) }}
{%- endmacro %}
