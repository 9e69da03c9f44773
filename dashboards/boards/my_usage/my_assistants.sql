select
    dim_dates.week_start_date,
    sum(mart_knowledge_workers__daily.n_conversations) as n_conversations,
    sum(mart_knowledge_workers__daily.n_files) as n_files,
    sum(mart_knowledge_workers__daily.n_active_events) as n_active_events
from marts.mart_knowledge_workers__daily
inner join marts.dim_dates
    on mart_knowledge_workers__daily.usage_date = dim_dates.calendar_date
where true [[and {{dates}}]] [[and {{platform}}]]
group by dim_dates.week_start_date
order by dim_dates.week_start_date
