select
    sum(case when check_status = 'fail' then 1 else 0 end) as n_failing,
    count(*) as n_checks
from quality.dq_check_days
where is_last_result
