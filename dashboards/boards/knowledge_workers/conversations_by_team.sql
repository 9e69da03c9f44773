select
    week_start_date,
    team_name,
    sum(n_conversations) as n_conversations
from marts.mart_knowledge_workers__team_weekly
where
    platform = 'claude_ai' [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date, team_name
order by week_start_date, team_name
