{#
units × weight ÷ total in whole units, cut off: the product does not fit 64 bits. NULL when the total is 0.
#}
{% macro whole_part(units, weight, total) -%}
{{ return(adapter.dispatch('whole_part', 'ai_usage')(units, weight, total)) }}
{%- endmacro %}
{% macro default__whole_part(units, weight, total) -%}
cast((cast({{ units }} as hugeint) * cast({{ weight }} as hugeint)) // nullif(cast({{ total }} as hugeint), 0) as bigint)
{%- endmacro %}
{% macro bigquery__whole_part(units, weight, total) -%}
cast(div(cast({{ units }} as numeric) * cast({{ weight }} as numeric), cast(nullif({{ total }}, 0) as numeric)) as int64)
{%- endmacro %}
