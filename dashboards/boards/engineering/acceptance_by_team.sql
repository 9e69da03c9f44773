select
    week_start_date,
    team_name,
    sum(n_tool_actions_accepted)
    / nullif(sum(n_tool_actions_reviewed), 0) as tool_acceptance_share,
    sum(n_tool_actions_reviewed) as n_tool_actions_reviewed
from marts.mart_engineering__team_weekly
where true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date, team_name
order by week_start_date, team_name
