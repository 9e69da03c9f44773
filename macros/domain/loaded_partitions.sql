{#
The loaders' ledger of one source. A line counts only when dlt has closed the load package that
wrote it.
#}
{% macro loaded_partitions(source_name) -%}
with

partitions as (

    select * from {{ source(source_name, 'loaded_partitions') }}

),

finished_loads as (

    select * from {{ source(source_name, '_dlt_loads') }}
    where status = 0

)

select
    partitions.resource_name,
    partitions.partition_id,
    partitions.content_hash,
    partitions._dlt_load_id as load_id,
    partitions.n_rows,
    partitions.n_quarantined,
    partitions.usage_date,
    {{ utc_timestamp('partitions._loaded_at') }} as _loaded_at

from partitions

inner join finished_loads
    on partitions._dlt_load_id = finished_loads.load_id
{%- endmacro %}
