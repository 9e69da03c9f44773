{#
How many rows of each day have a value in each field of a source's daily raw tables; '' is no value.
The fields are those that the source's YAML lists, so it compiles without a database.
#}
{% macro field_fills(source_name, day_tables) -%}
with

{% for raw_table in day_tables -%}
{%- set relation = source(source_name, raw_table) -%}
{%- set fields = raw_fields(source_name, raw_table) -%}
{{ raw_table }} as (

    select
        usage_date,
        count(*) as n_rows
{%- for field in fields %},
        count(nullif(cast({{ field }} as {{ dbt.type_string() }}), '')) as {{ field }}
{%- endfor %}
    from {{ relation }}
    group by usage_date

),

{% endfor -%}
fills as (
{% for raw_table in day_tables %}
{%- set fields = raw_fields(source_name, raw_table) %}
    select
        '{{ raw_table }}' as resource_name,
        split_value as field_name,
        n_rows,
        case split_value
{%- for field in fields %}
            when '{{ field }}' then {{ field }}
{%- endfor %}
            else n_rows
        end as n_filled_rows,
        usage_date
    from {{ raw_table }}
{{ cross_join_split("'" ~ fields | join(',') ~ "'", ',') }}
{% if not loop.last %}
    union all
    {% endif %}
{%- endfor %}

)

select * from fills
{%- endmacro %}
