select
    organization_id,
    projected_annual_gross_savings_usd,
    projected_annual_net_savings_usd,
    n_used_months,
    used_months,
    replace(unprojected_reason, '_', ' ') as unprojected_reason
from marts.mart_savings__projections
where
    is_closed_month
    and month_start_date = (
        select max(month_start_date)
        from marts.mart_savings__projections
        where is_closed_month
    )
    [[and {{organization}}]]
order by projected_annual_gross_savings_usd desc, organization_id
