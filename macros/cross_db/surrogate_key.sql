{#
A text key from several columns; NULL and '' give different keys. Only for text, dates, integers
and booleans: decimals print differently per engine.
#}
{% macro surrogate_key(columns) -%}
{%- set parts = [] -%}
{%- for column in columns -%}
{%- set as_text = "cast(" ~ column ~ " as " ~ dbt.type_string() ~ ")" -%}
{%- do parts.append("coalesce(" ~ as_text ~ ", '~null~')") -%}
{%- if not loop.last -%}{%- do parts.append("'|'") -%}{%- endif -%}
{%- endfor -%}
{{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}
