select
    week_start_date,
    sum(n_deployments) as n_deployments,
    sum(n_deployments) / nullif(max(n_period_days), 0) as deployments_per_day,
    count(*) as n_services
from metrics.mart_delivery__dora_weekly
where
    team_scope_level = 'all'
    and not is_provisional
    and deployments_per_day is not null
    [[and {{dates}}]] [[and {{service}}]]
group by week_start_date
order by week_start_date
