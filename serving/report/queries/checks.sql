-- Each check once, by its worst result.
with

checks as (
    select
        check_name,
        max(case check_status when 'fail' then 3 when 'warn' then 2 when 'note' then 1 else 0 end) as severity
    from quality.dq_results
    group by check_name
)

select
    count(*) as n_checks,
    count(*) filter (where severity = 0) as n_ok,
    count(*) filter (where severity = 1) as n_notes,
    count(*) filter (where severity = 2) as n_warnings,
    count(*) filter (where severity = 3) as n_failures
from checks
