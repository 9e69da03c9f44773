{# One row per source, extract run and table: whether it was read, which days, and when. #}
{% for source_name in source_names() %}
select
    '{{ source_name }}' as source_name,
    extract_run_id,
    resource_name,
    run_status,
    error_text,
    error_class,
    whole_run_id,
    loader_versions,
    window_start_date,
    window_end_date,
    n_rows_read,
    n_partitions_changed,
    n_quarantined,
    started_at,
    finished_at
from {{ ref('stg_' ~ source_name ~ '__extract_runs') }}
{% if not loop.last %}
union all
{% endif %}
{%- endfor %}
