select
    month_start_date,
    spend_usd_per_active_person,
    n_active_people
from marts.mart_executive__overview_monthly
where
    rollup_scope = 'category' and category = 'ai_assistants' and is_complete_month
    [[and {{dates}}]]
order by month_start_date
