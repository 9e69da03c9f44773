select
    last_date,
    service,
    max(change_fail_share) as change_fail_share,
    max(change_fail_low_share) as change_fail_low_share,
    max(change_fail_high_share) as change_fail_high_share,
    sum(n_failed_deployments) as n_failed_deployments,
    sum(n_deployments) as n_deployments,
    coalesce(max(share_null_reason), '') as share_null_reason
from metrics.mart_delivery__dora_daily
where
    team_scope_level = 'all'
    -- What ends on a Sunday looks at four whole weeks.
    and cast(date_trunc('week', last_date) as date) = last_date - interval 6 day
    [[and {{dates}}]] [[and {{service}}]]
group by last_date, service
order by last_date, service
