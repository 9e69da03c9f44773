{#
Seconds from one instant to a later one; NULL where it is not later, or either is unknown: clocks
and rebases make such spans.
#}
{% macro seconds_between(from_at, until_at) -%}
case
    when {{ until_at }} >= {{ from_at }}
        then {{ to_numeric(dbt.datediff(from_at, until_at, 'second')) }}
end
{%- endmacro %}
