select
    week_start_date,
    deployment_environment,
    cast(sum(n_deployments) as bigint) as n_deployments
from (
    select
        cast(date_trunc('week', metric_date) as date) as week_start_date,
        coalesce(deployment_environment, 'not known') as deployment_environment,
        value as n_deployments
    from metrics.development_metrics
    where metric_type = 'deployment_frequency' and team_scope_level = 'all' [[and {{dates}}]]
) as days
where n_deployments is not null
group by week_start_date, deployment_environment
order by week_start_date, deployment_environment
