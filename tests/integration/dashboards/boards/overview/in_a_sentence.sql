select sum(spend_usd) as spend_usd
from marts.mart_money
where true [[and {{dates}}]]
