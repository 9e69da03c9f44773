select
    month_start_date,
    platform,
    spend_usd_per_active_person,
    n_active_people,
    spend_usd
from marts.mart_executive__overview_monthly
where
    rollup_scope = 'platform' and platform in ('claude_ai', 'gemini_workspace')
    [[and {{dates}}]] [[and {{platform}}]]
order by month_start_date, platform
