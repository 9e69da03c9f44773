with savings as (

    select
        sum(gross_savings_usd) as gross_savings_usd,
        sum(net_savings_usd) as net_savings_usd,
        sum(gross_savings_usd) / nullif(sum(baseline_cost_usd), 0) as savings_share,
        sum(n_compared_tasks) / nullif(sum(n_tasks), 0) as compared_share
    from marts.mart_savings__daily
    where true [[and {{dates}}]] [[and {{organization}}]] [[and {{provider}}]]

)

select
    case when gross_savings_usd >= 0 then gross_savings_usd end as saved_usd,
    case when gross_savings_usd >= 0 then savings_share end as saved_share,
    case when gross_savings_usd < 0 then -gross_savings_usd end as lost_usd,
    case when gross_savings_usd < 0 then -savings_share end as lost_share,
    net_savings_usd,
    compared_share
from savings
