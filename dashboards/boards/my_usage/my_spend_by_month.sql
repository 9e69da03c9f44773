with

spend as (

    select
        usage_date,
        platform,
        spend_usd
    from marts.fct_ai_spend_daily
    where
        true [[and {{dates}}]] [[and {{platform}}]]

)

select
    dim_dates.month_start_date,
    spend.platform,
    sum(spend.spend_usd) as spend_usd
from spend
inner join marts.dim_dates
    on spend.usage_date = dim_dates.calendar_date
group by dim_dates.month_start_date, spend.platform
order by dim_dates.month_start_date, spend.platform
