{#
A price per unit, as decimal text, times a million: exact for prices of up to 15 decimals, of which the money type
itself would keep nine. NULL where the text is no number.
#}
{% macro per_million(expression) -%}
{{ return(adapter.dispatch('per_million', 'ai_usage')(expression)) }}
{%- endmacro %}
{% macro default__per_million(expression) -%}
cast(try_cast({{ expression }} as decimal(38, 15)) * 1000000 as decimal(38, 9))
{%- endmacro %}
{% macro bigquery__per_million(expression) -%}
cast(safe_cast({{ expression }} as bignumeric) * 1000000 as numeric)
{%- endmacro %}
