select
    month_start_date,
    sum(spend_usd) as spend_usd
from marts.mart_executive__overview_monthly
where
    rollup_scope = 'category_vendor_team'
    and month_start_date in (
        select month_start_date
        from marts.mart_executive__overview_monthly
        where rollup_scope in ('company', 'team') and is_complete_month
    )
    [[and {{dates}}]] [[and {{vendor}}]] [[and {{category}}]] [[and {{team}}]]
group by month_start_date
order by month_start_date
