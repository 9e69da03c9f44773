select
    week_start_date,
    sum(n_tool_actions_accepted)
    / nullif(sum(n_tool_actions_reviewed), 0) as tool_acceptance_share,
    sum(n_comparable_accepted_lines_added)
    / nullif(sum(n_comparable_lines_added), 0) as line_acceptance_share,
    sum(n_comparable_tabs_accepted)
    / nullif(sum(n_comparable_tabs_shown), 0) as tab_acceptance_share
from marts.mart_engineering__team_weekly
where true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date
order by week_start_date
