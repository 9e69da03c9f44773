-- Months of which something is known: tasks of the organisation (or of all), and, for who may see it, the company's money.
select
    cast(date_trunc('month', usage_date) as date) as month_start_date,
    max(usage_date) as last_date
from (
    {relations}
)
group by month_start_date
order by month_start_date
