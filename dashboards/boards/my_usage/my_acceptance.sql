with

days as (

    select
        usage_date,
        n_tool_actions_accepted,
        n_tool_actions_reviewed,
        n_comparable_accepted_lines_added,
        n_comparable_lines_added
    from marts.mart_engineering__productivity_daily
    where
        true [[and {{dates}}]] [[and {{platform}}]]

)

select
    dim_dates.week_start_date,
    sum(days.n_tool_actions_accepted)
    / nullif(sum(days.n_tool_actions_reviewed), 0) as tool_acceptance_share,
    sum(days.n_comparable_accepted_lines_added)
    / nullif(sum(days.n_comparable_lines_added), 0) as line_acceptance_share
from days
inner join marts.dim_dates
    on days.usage_date = dim_dates.calendar_date
group by dim_dates.week_start_date
order by dim_dates.week_start_date
