with money as (

    select sum(attributed_usd) / nullif(sum(spend_usd), 0) as attributed_share
    from quality.dq_spend_without_owner
    where true [[and {{dates}}]]

),

checks as (

    select
        count(distinct check_name) as n_checks,
        count(distinct case when check_status = 'fail' then check_name end) as n_failing,
        count(distinct case when check_status = 'warn' then check_name end) as n_warning
    from quality.dq_results

)

select
    checks.n_checks,
    case when checks.n_failing = 0 then checks.n_checks end as n_kept,
    case when checks.n_failing > 0 then checks.n_failing end as n_failing,
    checks.n_warning,
    money.attributed_share
from checks
cross join money
