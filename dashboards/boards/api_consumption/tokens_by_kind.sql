select
    dim_dates.week_start_date,
    sum(mart_api_consumption__team_daily.cache_read_tokens) as cache_read_tokens,
    sum(mart_api_consumption__team_daily.cache_write_tokens) as cache_write_tokens,
    sum(mart_api_consumption__team_daily.uncached_input_tokens) as uncached_input_tokens,
    sum(mart_api_consumption__team_daily.output_tokens) as output_tokens
from marts.mart_api_consumption__team_daily
inner join marts.dim_dates
    on mart_api_consumption__team_daily.usage_date = dim_dates.calendar_date
where
    true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
    [[and {{model}}]]
group by dim_dates.week_start_date
order by dim_dates.week_start_date
