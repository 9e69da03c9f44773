select
    dim_dates.week_start_date,
    sum(mart_engineering__productivity_daily.n_tool_actions_accepted)
    / nullif(
        sum(mart_engineering__productivity_daily.n_tool_actions_reviewed), 0
    ) as tool_acceptance_share,
    sum(mart_engineering__productivity_daily.n_comparable_accepted_lines_added)
    / nullif(
        sum(mart_engineering__productivity_daily.n_comparable_lines_added), 0
    ) as line_acceptance_share
from marts.mart_engineering__productivity_daily
inner join marts.dim_dates
    on mart_engineering__productivity_daily.usage_date = dim_dates.calendar_date
where true [[and {{dates}}]] [[and {{platform}}]]
group by dim_dates.week_start_date
order by dim_dates.week_start_date
