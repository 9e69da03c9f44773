select
    team_name,
    platform,
    sum(n_active_person_days) as n_active_person_days,
    sum(n_conversations) as n_conversations,
    sum(n_messages) as n_messages,
    sum(n_projects) as n_projects,
    sum(n_files) as n_files,
    sum(n_active_events) as n_active_events,
    sum(total_cost_usd) as total_cost_usd,
    sum(total_cost_usd) / nullif(sum(n_active_person_days), 0) as cost_usd_per_active_person_day
from marts.mart_knowledge_workers__team_weekly
where true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by team_name, platform
order by team_name, platform
