with

people as (

    select
        usage_date,
        n_active_people_7d
    from marts.mart_adoption__active_people
    where
        usage_scope_level = 'category'
        and usage_scope = 'coding_agents'
        and team_scope_level = 'all'
        and has_full_7d_window
        [[and {{dates}}]]

)

select
    people.usage_date,
    people.n_active_people_7d
from people
inner join marts.dim_dates
    on people.usage_date = dim_dates.calendar_date
where dim_dates.iso_weekday = 7
order by people.usage_date
