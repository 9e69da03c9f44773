select
    platform,
    plan_name,
    seat_status,
    last_active_date,
    n_idle_days,
    monthly_usd
from marts.mart_finance__idle_seats
where true [[and {{platform}}]]
order by platform, plan_name, monthly_usd desc, last_active_date
