select
    nullif(count(*), 0) as n_services,
    sum(n_deployments) as n_deployments,
    sum(n_deployments) / nullif(max(n_period_days), 0) as deployments_per_day,
    sum(n_failed_deployments) as n_failed_deployments,
    sum(n_failed_deployments) - sum(n_recovered_deployments) as n_unanswered_deployments,
    max(lead_p50_seconds) / 3600 as longest_lead_p50_hours
from metrics.mart_delivery__dora_daily
where
    team_scope_level = 'all'
    and last_date = (
        select max(last_date)
        from metrics.mart_delivery__dora_daily
        where true [[and {{dates}}]]
    )
    [[and {{service}}]]
