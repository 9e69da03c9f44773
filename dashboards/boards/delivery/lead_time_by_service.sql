select
    week_start_date,
    service,
    max(lead_p50_seconds) / 3600 as lead_p50_hours,
    max(lead_p90_seconds) / 3600 as lead_p90_hours,
    sum(n_timed_changes) as n_timed_changes,
    sum(n_changes) as n_changes,
    coalesce(max(lead_null_reason), '') as lead_null_reason
from metrics.mart_delivery__dora_weekly
where team_scope_level = 'all' and not is_provisional [[and {{dates}}]] [[and {{service}}]]
group by week_start_date, service
order by week_start_date, service
