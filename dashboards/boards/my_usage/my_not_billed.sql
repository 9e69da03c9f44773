select sum(notional_cost_usd) as notional_cost_usd
from marts.mart_engineering__productivity_daily
where true [[and {{dates}}]] [[and {{platform}}]]
