with providers as (

    select
        provider,
        sum(compared_actual_cost_usd) as compared_actual_cost_usd,
        sum(gross_savings_usd) as gross_savings_usd,
        sum(baseline_cost_usd) as baseline_cost_usd
    from marts.mart_savings__daily
    where true [[and {{dates}}]] [[and {{organization}}]] [[and {{provider}}]]
    group by provider

),

parts as (

    select
        provider,
        1 as place,
        'paid' as part,
        compared_actual_cost_usd as part_usd,
        baseline_cost_usd
    from providers
    union all
    select
        provider,
        2 as place,
        'saved' as part,
        gross_savings_usd as part_usd,
        baseline_cost_usd
    from providers

)

select
    provider,
    part,
    part_usd
from parts
order by baseline_cost_usd desc, provider, place
