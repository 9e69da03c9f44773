select
    rollup_scope,
    category,
    n_days_loaded,
    spend_usd,
    attributed_spend_usd,
    budget_usd,
    unread_reason,
    is_complete_month,
    is_provisional
from marts.mart_executive__overview_monthly
where
    month_start_date = cast($first_date as date)
    and rollup_scope in ('company', 'category')
order by rollup_scope, spend_usd desc nulls last, category
