{#
Every day of every series is the ledger's money of that scope on that day, fees and estimates apart, and no money of a
loaded day is without a series: summed here once more from the ledger, by scope.
#}
with

daily_spend as (

    select * from {{ ref('mart_finance__daily_spend') }}
    where day_status in ('settled', 'unsettled')

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

figures as (
    select
        budget_scope,
        budget_scope_value,
        usage_date,
        spend_usd,
        seat_cost_usd,
        usage_cost_usd,
        estimated_usd
    from daily_spend
    {% for scope, column in [
        ('company', "'all'"), ('category', 'category'), ('vendor', 'vendor'),
        ('platform', 'platform'), ('team', 'team_name'), ('cost_centre', 'cost_centre')
    ] %}

    union all

    select
        '{{ scope }}' as budget_scope,
        {{ column }} as budget_scope_value,
        usage_date,
        -spend_usd as spend_usd,
        case when spend_basis = 'seat' then -spend_usd else {{ to_numeric("'0'") }} end
            as seat_cost_usd,
        case when spend_basis = 'seat' then {{ to_numeric("'0'") }} else -spend_usd end
            as usage_cost_usd,
        case when spend_basis = 'estimated' then -spend_usd else {{ to_numeric("'0'") }} end
            as estimated_usd
    from ledger
    where {{ column }} is not null
    {% endfor %}

)

select
    budget_scope,
    budget_scope_value,
    usage_date,
    sum(spend_usd) as spend_difference_usd,
    sum(seat_cost_usd) as seat_difference_usd,
    sum(usage_cost_usd) as usage_difference_usd,
    sum(estimated_usd) as estimated_difference_usd
from figures
group by budget_scope, budget_scope_value, usage_date
having
    sum(spend_usd) <> 0
    or sum(seat_cost_usd) <> 0
    or sum(usage_cost_usd) <> 0
    or sum(estimated_usd) <> 0
