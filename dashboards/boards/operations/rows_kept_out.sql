select
    sum(n_quarantined) as n_quarantined,
    sum(n_rows_read) as n_rows_read
from quality.dq_source_runs
where true [[and {{dates}}]]
