select
    month_start_date,
    sum(n_active_days) as n_active_days,
    sum(n_cursor_accepted_lines_added) as n_cursor_accepted_lines_added,
    sum(n_claude_code_sessions) as n_claude_code_sessions,
    sum(n_claude_code_commits) as n_claude_code_commits,
    sum(n_claude_code_pull_requests) as n_claude_code_pull_requests,
    sum(n_claude_ai_conversations) as n_claude_ai_conversations,
    sum(n_gemini_active_events) as n_gemini_active_events,
    sum(seat_cost_usd) as seat_cost_usd,
    sum(usage_cost_usd) as usage_cost_usd,
    sum(spend_usd) as spend_usd
from marts.mart_executive__person_monthly
where true [[and {{dates}}]]
group by month_start_date
order by month_start_date desc
