select month_start_date, sum(spend_usd) as spend_usd
from marts.mart_money
where true [[and {{dates}}]] [[and {{team}}]]
group by 1
order by 1
