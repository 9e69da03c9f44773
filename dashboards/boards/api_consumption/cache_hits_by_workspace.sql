select
    dim_dates.week_start_date,
    mart_api_consumption__team_daily.shown_workspace_name,
    sum(mart_api_consumption__team_daily.cache_hit_tokens)
    / nullif(sum(mart_api_consumption__team_daily.all_input_tokens), 0) as cache_hit_share
from marts.mart_api_consumption__team_daily
inner join marts.dim_dates
    on mart_api_consumption__team_daily.usage_date = dim_dates.calendar_date
where
    mart_api_consumption__team_daily.all_input_tokens > 0
    [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]] [[and {{model}}]]
group by dim_dates.week_start_date, mart_api_consumption__team_daily.shown_workspace_name
order by dim_dates.week_start_date, mart_api_consumption__team_daily.shown_workspace_name
