select
    month_start_date,
    spend_usd,
    budget_usd,
    variance_usd
from marts.mart_executive__overview_monthly
where rollup_scope = 'company' [[and {{dates}}]]
order by month_start_date
