{#
A decimal as text with a fixed number of decimals, rounded half away from zero: the same on both engines, which print
decimals differently.
#}
{% macro decimal_text(expression, decimals=2) -%}
{%- set scale = 10 ** decimals -%}
{%- set units = "cast(abs(" ~ expression ~ ") * " ~ scale ~ " as " ~ dbt.type_bigint() ~ ")" -%}
{{ dbt.concat([
    "case when " ~ expression ~ " < 0 then '-' else '' end",
    "cast(cast((" ~ units ~ " - mod(" ~ units ~ ", " ~ scale ~ ")) / " ~ scale ~ " as " ~ dbt.type_bigint() ~ ") as " ~ dbt.type_string() ~ ")",
    "'.'",
    "substr(cast(" ~ scale ~ " + mod(" ~ units ~ ", " ~ scale ~ ") as " ~ dbt.type_string() ~ "), 2)",
]) }}
{%- endmacro %}
