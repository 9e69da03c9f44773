{#
What the ledger takes of claude.ai on a day is what the vendor charges the organisation, or its users where that is more; a billionth per
row is rounding. Returns the days on which it is not.
#}
with

totals as (

    select
        usage_date,
        sum(organization_usd) as organization_usd,
        sum(users_usd) as users_usd
    from {{ ref('int_spend__claude_ai_totals') }}
    group by usage_date

),

charges as (

    select
        usage_date,
        sum(spend_usd) as charged_usd,
        count(*) as n_charges
    from {{ ref('int_spend__claude_ai_charges') }}
    group by usage_date

)

select
    totals.usage_date,
    totals.organization_usd,
    totals.users_usd,
    charges.charged_usd
from totals
left join charges
    on totals.usage_date = charges.usage_date
where
    abs(coalesce(charges.charged_usd, 0) - greatest(totals.organization_usd, totals.users_usd))
    > 0.00000002 * (coalesce(charges.n_charges, 0) + 2)
