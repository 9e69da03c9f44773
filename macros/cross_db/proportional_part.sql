{#
amount × weight ÷ total in whole billionths, cut off towards zero: no floating point on either
engine. NULL when the total is 0.
#}
{% macro proportional_part(amount, weight, total) -%}
{{ return(adapter.dispatch('proportional_part', 'ai_usage')(amount, weight, total)) }}
{%- endmacro %}
{% macro default__proportional_part(amount, weight, total) -%}
cast(cast((cast({{ amount }} * 1000000000 as hugeint) * cast({{ weight }} as hugeint)) // nullif(cast({{ total }} as hugeint), 0) as decimal(38, 9)) * cast('0.000000001' as decimal(38, 9)) as decimal(38, 9))
{%- endmacro %}
{% macro bigquery__proportional_part(amount, weight, total) -%}
div(cast({{ amount }} * 1000000000 as numeric) * {{ weight }}, cast(nullif({{ total }}, 0) as numeric)) * cast('0.000000001' as numeric)
{%- endmacro %}
