select coalesce(sum(n_rows), 0) as n_rows
from quality.dq_quarantined_rows
where true [[and {{dates}}]]
