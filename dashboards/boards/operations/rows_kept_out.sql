select
    sum(n_quarantined) as n_quarantined,
    sum(n_rows_read) as n_rows_read
from quality.pipeline_runs
where true [[and {{dates}}]]
