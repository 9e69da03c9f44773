with

days as (

    select
        usage_date,
        cache_read_tokens,
        cache_write_tokens,
        uncached_input_tokens,
        output_tokens
    from marts.mart_api_consumption__team_daily
    where
        true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
        [[and {{model}}]]

)

select
    dim_dates.week_start_date,
    sum(days.cache_read_tokens) as cache_read_tokens,
    sum(days.cache_write_tokens) as cache_write_tokens,
    sum(days.uncached_input_tokens) as uncached_input_tokens,
    sum(days.output_tokens) as output_tokens
from days
inner join marts.dim_dates
    on days.usage_date = dim_dates.calendar_date
group by dim_dates.week_start_date
order by dim_dates.week_start_date
