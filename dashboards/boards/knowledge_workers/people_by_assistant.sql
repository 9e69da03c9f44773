select
    usage_date,
    usage_scope,
    n_active_people_28d
from marts.mart_adoption__active_people
where
    usage_scope_level = 'platform'
    and usage_scope in ('claude_ai', 'gemini_workspace')
    and team_scope_level = 'all'
    and has_full_28d_window
    [[and {{dates}}]] [[and {{platform}}]]
order by usage_date, usage_scope
