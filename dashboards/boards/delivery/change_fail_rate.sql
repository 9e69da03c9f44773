select
    case
        when sum(n_deployments) >= 10 then sum(n_failed_deployments) / sum(n_deployments)
    end as change_fail_share,
    sum(n_failed_deployments) as n_failed_deployments,
    sum(n_deployments) as n_deployments
from metrics.mart_delivery__dora_daily
where
    team_scope_level = 'all'
    and last_date = (
        select max(last_date)
        from metrics.mart_delivery__dora_daily
        where true [[and {{dates}}]]
    )
    [[and {{service}}]]
