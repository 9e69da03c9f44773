select
    p10_forecast_usd,
    p50_forecast_usd,
    p90_forecast_usd,
    month_status
from marts.mart_finance__budget_status
where
    month_start_date = cast($first_date as date)
    and budget_scope = 'company'
