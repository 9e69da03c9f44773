select
    sum(case when check_status = 'warn' then 1 else 0 end) as n_warning,
    sum(case when check_status = 'note' then 1 else 0 end) as n_notes
from quality.dq_check_days
where is_last_result
