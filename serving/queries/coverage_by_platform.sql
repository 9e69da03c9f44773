select
    platform,
    count(*) as n_rows,
    count(case when attribution_method <> 'unattributed' then 1 end) as n_attributed_rows,
    sum(spend_usd) as spend_usd,
    sum(case when attribution_method <> 'unattributed' then spend_usd else 0 end) as attributed_usd
from spend
group by platform
order by platform
