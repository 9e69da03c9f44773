select
    dim_dates.week_start_date,
    sum(mart_api_consumption__team_daily.cache_read_cost_usd) as cache_read_cost_usd,
    sum(mart_api_consumption__team_daily.cache_write_cost_usd) as cache_write_cost_usd,
    sum(mart_api_consumption__team_daily.input_cost_usd) as input_cost_usd,
    sum(mart_api_consumption__team_daily.output_cost_usd) as output_cost_usd,
    sum(mart_api_consumption__team_daily.web_search_cost_usd) as web_search_cost_usd,
    sum(mart_api_consumption__team_daily.code_execution_cost_usd) as code_execution_cost_usd,
    sum(mart_api_consumption__team_daily.seat_cost_usd) as seat_cost_usd,
    sum(mart_api_consumption__team_daily.other_cost_usd) as other_cost_usd
from marts.mart_api_consumption__team_daily
inner join marts.dim_dates
    on mart_api_consumption__team_daily.usage_date = dim_dates.calendar_date
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
group by dim_dates.week_start_date
order by dim_dates.week_start_date
