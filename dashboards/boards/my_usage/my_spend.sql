select sum(spend_usd) as spend_usd
from marts.fct_ai_spend_daily
where true [[and {{dates}}]] [[and {{platform}}]]
