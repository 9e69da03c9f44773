select
    sum(n_conversations) as n_conversations,
    sum(n_projects) as n_projects,
    sum(n_files) as n_files,
    sum(n_active_events) as n_active_events,
    sum(total_cost_usd) as total_cost_usd,
    sum(seat_cost_usd) as seat_cost_usd
from marts.mart_knowledge_workers__team_weekly
where true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
