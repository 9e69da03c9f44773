select
    platform,
    sum(n_accepted_lines_added) as n_accepted_lines_added,
    sum(n_comparable_accepted_lines_added)
    / nullif(sum(n_comparable_lines_added), 0) as line_acceptance_share,
    sum(n_tool_actions_accepted)
    / nullif(sum(n_tool_actions_reviewed), 0) as tool_acceptance_share,
    sum(n_requests) as n_requests,
    sum(n_sessions) as n_sessions,
    sum(total_cost_usd) as total_cost_usd,
    sum(total_cost_usd) / nullif(sum(n_accepted_lines_added), 0) as cost_usd_per_accepted_line,
    sum(notional_cost_usd) as notional_cost_usd,
    sum(notional_cost_usd)
    / nullif(sum(n_accepted_lines_added), 0) as notional_usd_per_accepted_line
from marts.mart_engineering__team_daily
where true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by platform
order by platform
