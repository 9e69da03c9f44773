select
    week_start_date,
    phase,
    phase_p50_seconds / 3600 as phase_p50_hours,
    phase_p90_seconds / 3600 as phase_p90_hours,
    n_ended_pull_requests,
    coalesce(phase_null_reason, '') as phase_null_reason
from metrics.mart_delivery__phases_weekly
where phase_scope = 'company' and phase <> 'cycle' [[and {{dates}}]]
order by week_start_date, phase
