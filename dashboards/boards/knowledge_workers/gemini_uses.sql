select
    week_start_date,
    sum(n_active_events) as n_active_events
from marts.mart_knowledge_workers__team_weekly
where
    platform = 'gemini_workspace' [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date
having min(case when is_complete_week then 1 else 0 end) = 1
order by week_start_date
