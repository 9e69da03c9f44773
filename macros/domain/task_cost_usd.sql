{#
What a task costs by a rate (a row of int_savings__rates): every unit times its price per million, added, and one
rounding at the end. NULL when the task does not state its units, when units that it used have no price, or when units
times price are more than the money type holds, which nobody can owe; a class of tokens that was not used needs none. Tokens of a class are charged as that class only, so none is charged twice.
#}
{% macro task_cost_usd(task='', rate='') -%}
{#- Without a name: the query reads one relation, which is both. -#}
{%- set of_task = task ~ '.' if task else '' -%}
{%- set of_rate = rate ~ '.' if rate else '' -%}
{%- set charges = [] -%}
{%- for class in token_classes() + ['any'] -%}
{%- set price = of_rate ~ class ~ '_usd_per_million_units' -%}
{%- set used = of_task ~ ('unclassified' if class == 'any' else class) ~ '_tokens' -%}
{%- do charges.append(
    'case when coalesce(' ~ used ~ ', 0) = 0 then 0 else ' ~ used ~ ' * ' ~ price ~ ' end'
) -%}
{%- endfor -%}
{%- set cost_in_millionths -%}
case {{ of_rate }}pricing_model
        when 'per_request' then {{ of_rate }}any_usd_per_million_units
        when 'per_compute_unit'
            then
                case
                    when
                        cast({{ of_task }}compute_units as {{ double_type() }})
                        * cast({{ of_rate }}any_usd_per_million_units as {{ double_type() }}) < 1e19
                        then {{ to_numeric(of_task ~ 'compute_units * ' ~ of_rate ~ 'any_usd_per_million_units') }}
                end
        when 'per_token'
            then case when {{ of_task }}has_token_counts then {{ charges | join(' + ') }} end
    end
{%- endset -%}
{{ shift_decimal_point(to_numeric(cost_in_millionths), 6) }}
{%- endmacro %}
