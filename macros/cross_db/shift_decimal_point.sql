{#
amount ÷ 10^digits (1 to 9), rounded once, half away from zero, at nine decimals.
#}
{% macro shift_decimal_point(amount, digits) -%}
{{ return(adapter.dispatch('shift_decimal_point', 'ai_usage')(amount, digits)) }}
{%- endmacro %}
{#
DuckDB divides 128 bits a hundred times slower than 64: an amount below a thousand million is rounded in 64.
#}
{% macro default__shift_decimal_point(amount, digits) -%}
cast(
    coalesce(
        cast(try_cast({{ amount }} as decimal(18, 9)) as decimal(18, {{ 9 - digits }})),
        cast({{ amount }} as decimal(38, {{ 9 - digits }}))
    ) * cast('{{ '0.' ~ '0' * (digits - 1) ~ '1' }}' as decimal(10, {{ digits }})) as decimal(38, 9)
)
{%- endmacro %}
{% macro bigquery__shift_decimal_point(amount, digits) -%}
cast({{ amount }} * cast('{{ '0.' ~ '0' * (digits - 1) ~ '1' }}' as numeric) as numeric)
{%- endmacro %}
