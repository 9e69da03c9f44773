{#
One row per source, table and UTC day of what vendors charge: the load that brought it. Only of sources whose days are in a
day's version, so that what is made of a day by it is made again with it.
#}
{% for source_name in ['anthropic', 'claude_ai', 'cursor'] %}
select
    '{{ source_name }}' as source_name,
    resource_name,
    load_id,
    usage_date,
    _loaded_at as loaded_at
from {{ ref('stg_' ~ source_name ~ '__loaded_partitions') }}
where usage_date is not null
{% if not loop.last %}
union all
{% endif %}
{%- endfor %}
