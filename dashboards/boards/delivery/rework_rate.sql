select
    case
        when sum(n_deployments) >= 10 then sum(n_rework_deployments) / sum(n_deployments)
    end as rework_share,
    sum(n_rework_deployments) as n_rework_deployments,
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
