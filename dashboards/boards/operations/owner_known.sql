select
    check_date,
    sum(attributed_usd) / nullif(sum(spend_usd), 0) as attributed_share
from quality.dq_spend_without_owner
where true [[and {{dates}}]] [[and {{platform}}]]
group by check_date
order by check_date
