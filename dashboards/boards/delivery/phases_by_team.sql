select
    week_start_date,
    team_name,
    max(case when phase = 'cycle' then n_ended_pull_requests end) as n_merged_pull_requests,
    max(case when phase = 'coding' then phase_p50_seconds end) / 3600 as coding_p50_hours,
    max(case when phase = 'pickup' then phase_p50_seconds end) / 3600 as pickup_p50_hours,
    max(case when phase = 'review' then phase_p50_seconds end) / 3600 as review_p50_hours,
    max(case when phase = 'deploy' then phase_p50_seconds end) / 3600 as deploy_p50_hours,
    max(case when phase = 'cycle' then phase_p50_seconds end) / 3600 as cycle_p50_hours
from metrics.mart_delivery__phases_weekly
where phase_scope = 'team' [[and {{dates}}]] [[and {{team}}]]
group by week_start_date, team_name
order by week_start_date desc, team_name
