with

days as (

    select
        usage_date,
        model,
        costed_tokens,
        costed_tokens_cost_usd
    from marts.mart_api_consumption__team_daily
    where
        costed_tokens > 0 [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
        [[and {{workspace}}]] [[and {{model}}]]

)

select
    dim_dates.week_start_date,
    days.model,
    sum(days.costed_tokens_cost_usd) * 1000000
    / nullif(sum(days.costed_tokens), 0) as cost_usd_per_million_tokens
from days
inner join marts.dim_dates
    on days.usage_date = dim_dates.calendar_date
group by dim_dates.week_start_date, days.model
order by dim_dates.week_start_date, days.model
