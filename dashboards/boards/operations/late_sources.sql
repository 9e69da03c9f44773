select
    sum(case when promise_status = 'late' then 1 else 0 end) as n_late,
    sum(case when promise_status in ('kept', 'late') then 1 else 0 end) as n_promised
from quality.dq_source_promises
