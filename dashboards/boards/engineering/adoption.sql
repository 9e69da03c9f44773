select
    usage_date,
    n_active_people_1d,
    case when has_full_7d_window then n_active_people_7d end as n_active_people_7d,
    case when has_full_28d_window then n_active_people_28d end as n_active_people_28d,
    n_people_28d
from marts.mart_adoption__active_people
where
    usage_scope_level = 'category'
    and usage_scope = 'coding_agents'
    and team_scope_level = 'all'
    [[and {{dates}}]]
order by usage_date
