{#
The duration in milliseconds that stands for a bucket of duration_bucket: at most 1 % from any duration in it.
#}
{% macro duration_of_bucket(duration_bucket) -%}
case
    when {{ duration_bucket }} >= 0
        then cast(
            round(2 * power(1.01 / 0.99, {{ duration_bucket }}) / (1.01 / 0.99 + 1))
            as {{ dbt.type_bigint() }}
        )
    when {{ duration_bucket }} = -1 then 0
end
{%- endmacro %}
