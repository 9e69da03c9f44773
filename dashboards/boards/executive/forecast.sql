select
    weekday_forecast_usd,
    p10_forecast_usd,
    p90_forecast_usd,
    spend_to_date_usd,
    budget_usd,
    budget_used_ratio,
    exhaustion_date
from marts.mart_finance__budget_status
where budget_scope = 'company' and month_status = 'running'
