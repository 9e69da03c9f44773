select
    cast(date_trunc('month', usage_date) as date) as month_start_date,
    sum(n_compared_tasks) as n_compared_tasks,
    sum(gross_savings_usd) as gross_savings_usd
from marts.mart_savings__daily
where
    ($organization_id is null or organization_id = $organization_id)
    and usage_date >= cast($since_date as date)
    and usage_date <= cast($last_date as date)
group by month_start_date
order by month_start_date
