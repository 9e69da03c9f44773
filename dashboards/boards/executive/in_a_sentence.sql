select sum(spend_usd) as spend_usd, sum(attributed_spend_usd) / nullif(sum(spend_usd), 0) as attributed_share
from marts.mart_executive__overview_monthly
where rollup_scope = 'company' [[and {{dates}}]]
