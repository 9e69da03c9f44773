select
    max(recovery_p50_seconds) / 3600 as recovery_p50_hours,
    sum(n_recovered_deployments) as n_recovered_deployments,
    sum(n_failed_deployments) as n_failed_deployments
from metrics.mart_delivery__dora_daily
where
    team_scope_level = 'all'
    and last_date = (
        select max(last_date)
        from metrics.mart_delivery__dora_daily
        where true [[and {{dates}}]]
    )
    [[and {{service}}]]
