with money as (

    select sum(attributed_usd) / nullif(sum(spend_usd), 0) as attributed_share
    from quality.dq_spend_without_owner
    where true [[and {{dates}}]]

),

checks as (

    select
        count(*) as n_checks,
        count(case when check_status = 'fail' then 1 end) as n_failing,
        count(case when check_status = 'warn' then 1 end) as n_warning
    from quality.dq_check_days
    where is_last_result

),

promises as (

    select
        count(case when promise_status in ('kept', 'late') then 1 end) as n_promised,
        count(case when promise_status = 'late' then 1 end) as n_late
    from quality.dq_source_promises

)

select
    nullif(checks.n_checks, 0) as n_checks,
    case when checks.n_failing = 0 then nullif(checks.n_checks, 0) end as n_kept,
    nullif(checks.n_failing, 0) as n_failing,
    nullif(checks.n_warning, 0) as n_warning,
    case when promises.n_late = 0 then nullif(promises.n_promised, 0) end as n_fresh,
    nullif(promises.n_late, 0) as n_late,
    promises.n_promised,
    money.attributed_share
from checks
cross join promises
cross join money
