{# One row per source, table and partition that a finished load package has written. #}
{% for source_name in source_names() %}
select
    '{{ source_name }}' as source_name,
    resource_name,
    partition_id,
    n_rows,
    n_quarantined,
    usage_date,
    _loaded_at as loaded_at
from {{ ref('stg_' ~ source_name ~ '__loaded_partitions') }}
{% if not loop.last %}
union all
{% endif %}
{%- endfor %}
