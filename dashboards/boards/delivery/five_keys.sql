select
    service,
    n_deployments,
    deployments_per_day,
    lead_p50_seconds / 3600 as lead_p50_hours,
    lead_p90_seconds / 3600 as lead_p90_hours,
    n_timed_changes,
    coalesce(lead_null_reason, '') as lead_null_reason,
    change_fail_share,
    change_fail_low_share,
    change_fail_high_share,
    rework_share,
    coalesce(share_null_reason, '') as share_null_reason,
    recovery_p50_seconds / 3600 as recovery_p50_hours,
    n_failed_deployments,
    n_recovered_deployments,
    coalesce(recovery_null_reason, '') as recovery_null_reason
from metrics.mart_delivery__dora_daily
where
    team_scope_level = 'all'
    and last_date = (
        select max(last_date)
        from metrics.mart_delivery__dora_daily
        where true [[and {{dates}}]]
    )
    [[and {{service}}]]
order by service, repository_name
