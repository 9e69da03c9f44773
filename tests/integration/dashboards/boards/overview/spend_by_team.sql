select team_name, sum(spend_usd) as spend_usd
from marts.mart_money
where {{dates}} [[and {{team}}]]
group by 1
order by 2 desc
