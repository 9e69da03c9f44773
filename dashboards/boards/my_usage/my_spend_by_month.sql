select
    dim_dates.month_start_date,
    fct_ai_spend_daily.platform,
    sum(fct_ai_spend_daily.spend_usd) as spend_usd
from marts.fct_ai_spend_daily
inner join marts.dim_dates
    on fct_ai_spend_daily.usage_date = dim_dates.calendar_date
where true [[and {{dates}}]] [[and {{platform}}]]
group by dim_dates.month_start_date, fct_ai_spend_daily.platform
order by dim_dates.month_start_date, fct_ai_spend_daily.platform
