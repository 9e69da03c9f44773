select
    week_start_date,
    sum(n_sessions) as n_sessions,
    sum(n_commits) as n_commits,
    sum(n_pull_requests) as n_pull_requests
from marts.mart_engineering__team_weekly
where platform = 'claude_code' [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date
order by week_start_date
