select
    check_name,
    check_status,
    check_date,
    finding,
    owner_name,
    remedy
from findings
where check_status in ('fail', 'warn', 'note')
order by
    min(case check_status when 'fail' then 1 when 'warn' then 2 else 3 end)
        over (partition by check_name),
    check_name,
    case check_status when 'fail' then 1 when 'warn' then 2 else 3 end,
    check_date desc,
    finding
