select
    mart_adoption__active_people.usage_date,
    mart_adoption__active_people.n_active_people_7d
from marts.mart_adoption__active_people
inner join marts.dim_dates
    on mart_adoption__active_people.usage_date = dim_dates.calendar_date
where
    mart_adoption__active_people.usage_scope_level = 'category'
    and mart_adoption__active_people.usage_scope = 'ai_assistants'
    and mart_adoption__active_people.team_scope_level = 'all'
    and mart_adoption__active_people.has_full_7d_window
    and dim_dates.iso_weekday = 7
    [[and {{dates}}]]
order by mart_adoption__active_people.usage_date
