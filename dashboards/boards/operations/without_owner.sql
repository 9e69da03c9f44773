with money as (

    select
        platform,
        sum(attributed_usd) as attributed_usd,
        sum(spend_usd) - sum(attributed_usd) as unattributed_usd,
        sum(spend_usd) as spend_usd
    from quality.dq_spend_without_owner
    where true [[and {{dates}}]] [[and {{platform}}]]
    group by platform

),

parts as (

    select platform, 1 as place, 'known' as owner, attributed_usd as part_usd, spend_usd from money
    union all
    select platform, 2 as place, 'unknown' as owner, unattributed_usd as part_usd, spend_usd from money

)

select
    platform,
    owner,
    part_usd
from parts
order by spend_usd desc, platform, place
