with

days as (

    select
        usage_date,
        n_conversations,
        n_files,
        n_active_events
    from marts.mart_knowledge_workers__daily
    where
        true [[and {{dates}}]] [[and {{platform}}]]

)

select
    dim_dates.week_start_date,
    sum(days.n_conversations) as n_conversations,
    sum(days.n_files) as n_files,
    sum(days.n_active_events) as n_active_events
from days
inner join marts.dim_dates
    on days.usage_date = dim_dates.calendar_date
group by dim_dates.week_start_date
order by dim_dates.week_start_date
