select
    sum(n_active_days) as n_active_days,
    sum(spend_usd) as spend_usd,
    sum(seat_cost_usd) as seat_cost_usd,
    sum(n_cursor_accepted_lines_added) as n_cursor_accepted_lines_added,
    sum(n_claude_code_lines_added) as n_claude_code_lines_added,
    sum(n_claude_ai_conversations) as n_claude_ai_conversations
from marts.mart_executive__person_monthly
where true [[and {{dates}}]]
