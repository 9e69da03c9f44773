{#
What the contract of a source's raw tables does not know, by table, day and text. Directories and
sheets have no day of their own: theirs is the day the row came.
#}
{% macro unknown_fields(source_name, day_tables, other_tables=[]) -%}
{% for raw_table in day_tables + other_tables %}
select
    '{{ raw_table }}' as resource_name,
    unknown_fields as unknown_fields_json,
    count(*) as n_rows,
    {{ 'usage_date' if raw_table in day_tables else 'cast(_loaded_at as date)' }} as seen_date
from {{ source(source_name, raw_table) }}
where unknown_fields is not null
group by unknown_fields, {{ 'usage_date' if raw_table in day_tables else 'cast(_loaded_at as date)' }}
{% if not loop.last %}
union all
{% endif %}
{%- endfor %}
{%- endmacro %}
