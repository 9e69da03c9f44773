select
    dim_dates.week_start_date,
    mart_api_consumption__team_daily.model,
    sum(mart_api_consumption__team_daily.costed_tokens_cost_usd) * 1000000
    / nullif(sum(mart_api_consumption__team_daily.costed_tokens), 0) as cost_usd_per_million_tokens
from marts.mart_api_consumption__team_daily
inner join marts.dim_dates
    on mart_api_consumption__team_daily.usage_date = dim_dates.calendar_date
where
    mart_api_consumption__team_daily.costed_tokens > 0
    [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]] [[and {{model}}]]
group by dim_dates.week_start_date, mart_api_consumption__team_daily.model
order by dim_dates.week_start_date, mart_api_consumption__team_daily.model
