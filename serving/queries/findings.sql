select
    check_name,
    case max(case check_status when 'fail' then 2 when 'warn' then 1 else 0 end)
        when 2 then 'FAIL' else 'warn'
    end as worst_status,
    count(*) as n_findings,
    first(
        finding order by check_status = 'fail' desc, check_date desc, check_scope asc
    ) as newest_finding,
    min(check_date) as first_date,
    max(check_date) as last_date,
    max(owner_name) as owner_name,
    max(remedy) as remedy
from findings
where check_status in ('warn', 'fail')
group by check_name
order by
    max(case check_status when 'fail' then 2 else 1 end) desc,
    count(*) desc,
    check_name asc
