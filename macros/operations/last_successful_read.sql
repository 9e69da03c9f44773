{#
When the loader last read a raw table and succeeded, for `dbt source freshness`. The age of its rows
would not do: a directory, a sheet or a quiet Sunday that does not change is no stale source. Nor is what the vendor
says it does not offer to this key. A table
that no run has ever named belongs to a source that is off (check source_off), not to a late one.
The loader's own tables are as fresh as its last run.
#}
{% macro last_successful_read(raw_table) -%}
select
    coalesce(
        max(case when status in ('ok', 'not_offered') then finished_at end),
        case when count(*) = 0 then current_timestamp end
    ) as last_read_at
from {{ raw_table.incorporate(path={'identifier': 'extract_runs'}) }}
where
    resource_name = '{{ raw_table.identifier }}'
    or '{{ raw_table.identifier }}' in (
        'extract_runs', 'loaded_partitions', 'quarantine', '_dlt_loads'
    )
{%- endmacro %}
