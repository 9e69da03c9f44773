{#
What a task costs by a rate (a row of int_savings__rates): every unit times its price per million, added, and one
rounding at the end. NULL when the task does not state its units, or when units that it used have no price; a class of
tokens that was not used needs none. Tokens of a class are charged as that class only, so none is charged twice.
#}
{% macro task_cost_usd(task, rate) -%}
{%- set classes = [
    ('uncached_input_tokens', 'uncached_input'), ('output_tokens', 'output'), ('cache_read_tokens', 'cache_read'),
    ('cache_write_5m_tokens', 'cache_write_5m'), ('cache_write_1h_tokens', 'cache_write_1h'),
    ('unclassified_tokens', 'any')
] -%}
{%- set charges = [] -%}
{%- for tokens, class in classes -%}
{%- set price = rate ~ '.' ~ class ~ '_usd_per_million_units' -%}
{%- set used = task ~ '.' ~ tokens -%}
{%- do charges.append(
    'case when coalesce(' ~ used ~ ', 0) = 0 then 0 else ' ~ used ~ ' * ' ~ price ~ ' end'
) -%}
{%- endfor -%}
cast(
    cast(
        case {{ rate }}.pricing_model
            when 'per_request' then {{ rate }}.any_usd_per_million_units
            when 'per_compute_unit'
                then {{ to_numeric(task ~ '.compute_units * ' ~ rate ~ '.any_usd_per_million_units') }}
            when 'per_token'
                then case when {{ task }}.has_stated_tokens then {{ charges | join(' + ') }} end
        end as {{ numeric_type() }}
    ) * {{ to_numeric("'0.000001'") }} as {{ numeric_type() }}
)
{%- endmacro %}
