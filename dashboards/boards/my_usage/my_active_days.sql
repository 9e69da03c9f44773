select
    month_start_date,
    sum(n_active_days) as n_active_days
from marts.mart_executive__person_monthly
where true [[and {{dates}}]]
group by month_start_date
order by month_start_date
