select count(distinct check_name) as n_checks
from quality.dq_results
where check_status = 'fail' [[and {{dates}}]]
