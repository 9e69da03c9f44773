select
    dim_dates.week_start_date,
    mart_engineering__productivity_daily.platform,
    sum(mart_engineering__productivity_daily.n_accepted_lines_added) as n_accepted_lines_added
from marts.mart_engineering__productivity_daily
inner join marts.dim_dates
    on mart_engineering__productivity_daily.usage_date = dim_dates.calendar_date
where true [[and {{dates}}]] [[and {{platform}}]]
group by dim_dates.week_start_date, mart_engineering__productivity_daily.platform
order by dim_dates.week_start_date, mart_engineering__productivity_daily.platform
