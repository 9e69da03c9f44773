select month_start_date, vendor, sum(spend_usd) as spend_usd
from marts.mart_money
where true [[and {{dates}}]] [[and {{vendor}}]]
group by 1, 2
order by 1, 2
