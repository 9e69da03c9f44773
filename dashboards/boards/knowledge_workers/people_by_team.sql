select
    team_scope,
    n_active_people_28d,
    n_people_28d,
    adoption_28d_share,
    usage_date
from marts.mart_adoption__active_people
where
    usage_scope_level = 'category'
    and usage_scope = 'ai_assistants'
    and team_scope_level <> 'all'
    and usage_date = (
        select max(usage_date)
        from marts.mart_adoption__active_people
        where
            usage_scope_level = 'category' and usage_scope = 'ai_assistants'
            [[and {{dates}}]]
    )
    [[and {{team}}]]
order by n_active_people_28d desc, team_scope
