select month_start_date, vendor, sum(spend_usd) as spend_usd
from marts.mart_executive__overview_monthly
where rollup_scope = 'vendor' [[and {{dates}}]] [[and {{vendor}}]]
group by 1, 2
order by 1, 2
