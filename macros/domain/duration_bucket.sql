{#
The bucket of a duration in a histogram whose percentiles are within 1 %: bucket b holds durations above γ^(b-1) and up to
γ^b milliseconds, γ = 1.01 / 0.99. Zero has the bucket -1, and no duration none.
#}
{% macro duration_bucket(duration_ms) -%}
case
    when {{ duration_ms }} > 0
        then cast(ceil(ln({{ duration_ms }}) / ln(1.01 / 0.99)) as {{ dbt.type_bigint() }})
    when {{ duration_ms }} = 0 then -1
end
{%- endmacro %}
