select
    vendor,
    platform,
    sum(case when spend_basis = 'billed' then spend_usd else 0 end) as billed_usd,
    sum(case when spend_basis = 'allocated' then spend_usd else 0 end) as allocated_usd,
    sum(case when spend_basis = 'seat' then spend_usd else 0 end) as seat_cost_usd,
    sum(case when spend_basis = 'estimated' then spend_usd else 0 end) as estimated_usd,
    sum(spend_usd) as spend_usd
from spend
group by vendor, platform
order by vendor, platform
