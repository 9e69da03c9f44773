select
    check_name,
    max(check_date) as check_date,
    count(case when check_status = 'fail' then 1 end) as n_failed,
    count(case when check_status = 'warn' then 1 end) as n_warnings,
    count(case when check_status = 'note' then 1 end) as n_notes,
    max(remedy) as remedy
from quality.dq_results
where true [[and {{dates}}]]
group by check_name
order by n_failed desc, n_warnings desc, n_notes desc, check_name
