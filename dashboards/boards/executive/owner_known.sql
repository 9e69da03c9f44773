select
    month_start_date,
    sum(attributed_spend_usd) / nullif(sum(spend_usd), 0) as attributed_share,
    sum(attributed_spend_usd) as attributed_spend_usd,
    sum(spend_usd) as spend_usd
from marts.mart_executive__overview_monthly
where
    rollup_scope = 'category_vendor_team'
    [[and {{dates}}]] [[and {{vendor}}]] [[and {{category}}]] [[and {{team}}]]
group by month_start_date
order by month_start_date
