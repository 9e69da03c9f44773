with spend as (

    select
        category,
        vendor,
        sum(spend_usd) as spend_usd
    from marts.mart_executive__overview_monthly
    where
        rollup_scope = 'category_vendor_team'
        [[and {{dates}}]] [[and {{vendor}}]] [[and {{category}}]] [[and {{team}}]]
    group by category, vendor

)

select
    category,
    vendor,
    spend_usd
from spend
order by sum(spend_usd) over (partition by category) desc, category, spend_usd desc, vendor
