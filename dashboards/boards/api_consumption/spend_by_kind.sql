with

days as (

    select
        usage_date,
        cache_read_cost_usd,
        cache_write_cost_usd,
        input_cost_usd,
        output_cost_usd,
        web_search_cost_usd,
        code_execution_cost_usd,
        seat_cost_usd,
        other_cost_usd
    from marts.mart_api_consumption__team_daily
    where
        true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
        [[and {{model}}]]

)

select
    dim_dates.week_start_date,
    sum(days.cache_read_cost_usd) as cache_read_cost_usd,
    sum(days.cache_write_cost_usd) as cache_write_cost_usd,
    sum(days.input_cost_usd) as input_cost_usd,
    sum(days.output_cost_usd) as output_cost_usd,
    sum(days.web_search_cost_usd) as web_search_cost_usd,
    sum(days.code_execution_cost_usd) as code_execution_cost_usd,
    sum(days.seat_cost_usd) as seat_cost_usd,
    sum(days.other_cost_usd) as other_cost_usd
from days
inner join marts.dim_dates
    on days.usage_date = dim_dates.calendar_date
group by dim_dates.week_start_date
order by dim_dates.week_start_date
