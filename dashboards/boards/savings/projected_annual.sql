select
    case when count(*) = 1 then max(projected_annual_gross_savings_usd) end as projected_annual_gross_savings_usd,
    case when count(*) = 1 then max(projected_annual_net_savings_usd) end as projected_annual_net_savings_usd,
    case when count(*) = 1 then max(n_used_months) end as n_used_months
from marts.mart_savings__projections
where
    is_closed_month
    and month_start_date = (
        select max(month_start_date)
        from marts.mart_savings__projections
        where is_closed_month
    )
    [[and {{organization}}]]
