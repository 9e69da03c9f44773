with

days as (

    select
        usage_date,
        platform,
        n_accepted_lines_added
    from marts.mart_engineering__productivity_daily
    where
        true [[and {{dates}}]] [[and {{platform}}]]

)

select
    dim_dates.week_start_date,
    days.platform,
    sum(days.n_accepted_lines_added) as n_accepted_lines_added
from days
inner join marts.dim_dates
    on days.usage_date = dim_dates.calendar_date
group by dim_dates.week_start_date, days.platform
order by dim_dates.week_start_date, days.platform
