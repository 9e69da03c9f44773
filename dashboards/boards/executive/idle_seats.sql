select
    month_start_date,
    sum(idle_usd) as idle_usd,
    sum(seat_cost_usd) as seat_cost_usd
from marts.mart_finance__seat_utilisation
where
    month_start_date in (
        select month_start_date
        from marts.mart_executive__overview_monthly
        where rollup_scope in ('company', 'team') and is_complete_month
    )
    [[and {{dates}}]] [[and {{vendor}}]] [[and {{team}}]]
group by month_start_date
order by month_start_date
