select
    organization_id,
    used_months,
    n_closed_months,
    n_used_months,
    projected_annual_gross_savings_usd,
    unprojected_reason,
    is_closed_month
from marts.mart_savings__projections
where
    month_start_date = cast($first_date as date)
    and ($organization_id is null or organization_id = $organization_id)
order by organization_id
