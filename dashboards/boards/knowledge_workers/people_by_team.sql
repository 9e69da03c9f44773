select
    platform,
    team_name,
    n_active_people,
    cost_usd_per_active_person,
    week_start_date
from marts.mart_knowledge_workers__team_weekly
where
    week_start_date = (
        select max(week_start_date)
        from marts.mart_knowledge_workers__team_weekly
        where is_complete_week [[and {{dates}}]]
    )
    [[and {{team}}]] [[and {{platform}}]]
order by platform, team_name
