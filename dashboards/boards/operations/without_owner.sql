select
    platform,
    sum(spend_usd) - sum(attributed_usd) as unattributed_usd,
    sum(spend_usd) as spend_usd
from quality.dq_spend_without_owner
where true [[and {{dates}}]] [[and {{platform}}]]
group by platform
order by unattributed_usd desc, platform
