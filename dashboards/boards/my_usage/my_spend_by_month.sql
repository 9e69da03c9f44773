with

months as (

    select
        calendar_date,
        month_start_date
    from marts.dim_dates
    where true [[and {{dates}}]]

),

spend as (

    select
        usage_date,
        platform,
        spend_usd
    from marts.fct_ai_spend_daily
    where true [[and {{platform}}]]

)

select
    months.month_start_date,
    spend.platform,
    sum(spend.spend_usd) as spend_usd
from spend
inner join months
    on spend.usage_date = months.calendar_date
group by months.month_start_date, spend.platform
order by months.month_start_date, spend.platform
