with

days as (

    select
        usage_date,
        shown_workspace_name,
        cache_hit_tokens,
        all_input_tokens
    from marts.mart_api_consumption__team_daily
    where
        all_input_tokens > 0 [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
        [[and {{workspace}}]] [[and {{model}}]]

)

select
    dim_dates.week_start_date,
    days.shown_workspace_name,
    sum(days.cache_hit_tokens)
    / nullif(sum(days.all_input_tokens), 0) as cache_hit_share
from days
inner join marts.dim_dates
    on days.usage_date = dim_dates.calendar_date
group by dim_dates.week_start_date, days.shown_workspace_name
order by dim_dates.week_start_date, days.shown_workspace_name
