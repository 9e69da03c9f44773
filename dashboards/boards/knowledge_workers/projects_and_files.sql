select
    week_start_date,
    sum(n_files) as n_files,
    sum(n_projects) as n_projects
from marts.mart_knowledge_workers__team_weekly
where
    platform = 'claude_ai' [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date
order by week_start_date
