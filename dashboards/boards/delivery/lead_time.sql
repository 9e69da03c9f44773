select
    max(lead_p50_seconds) / 3600 as lead_p50_hours,
    max(lead_p90_seconds) / 3600 as lead_p90_hours,
    sum(n_timed_changes) as n_timed_changes,
    sum(n_changes) as n_changes
from metrics.mart_delivery__dora_daily
where
    team_scope_level = 'all'
    and last_date = (
        select max(last_date)
        from metrics.mart_delivery__dora_daily
        where true [[and {{dates}}]]
    )
    [[and {{service}}]]
