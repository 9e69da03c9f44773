select
    check_name,
    check_status,
    check_date,
    n_results,
    observed_value,
    expected_value,
    remedy
from quality.dq_check_days
where is_last_result
order by
    case check_status when 'fail' then 1 when 'warn' then 2 when 'note' then 3 else 4 end,
    check_name
