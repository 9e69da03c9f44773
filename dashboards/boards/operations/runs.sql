select
    started_at,
    finished_at,
    source_name,
    n_read_tables,
    n_failed_tables,
    n_not_offered_tables,
    n_rows_read,
    n_partitions_changed,
    n_quarantined
from quality.pipeline_runs
where true [[and {{dates}}]]
order by started_at desc, source_name
