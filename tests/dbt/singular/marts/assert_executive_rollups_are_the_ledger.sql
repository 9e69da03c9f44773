{#
Every roll-up of a month adds up to the ledger of that month, seats and use apart; every budget of the sheet that has a
scope and a loaded month stands in exactly one row; and the company's people are different people.
#}
with

overview as (

    select * from {{ ref('mart_executive__overview_monthly') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

budgets as (

    select * from {{ ref('int_finance__budgets') }}
    where
        budget_scope in ('company', 'category', 'vendor', 'platform', 'team', 'cost_centre')
        and month_start_date in (select overview.month_start_date from overview)

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

rollups as (

    select rollup_scope
    from overview
    group by rollup_scope

),

figures as (
    select
        rollup_scope,
        month_start_date,
        spend_usd,
        seat_cost_usd,
        usage_cost_usd,
        attributed_spend_usd,
        coalesce(budget_usd, {{ to_numeric("'0'") }}) as budget_usd
    from overview

    union all

    select
        rollups.rollup_scope,
        {{ trunc_date('month', 'ledger.usage_date') }} as month_start_date,
        -ledger.spend_usd as spend_usd,
        case
            when ledger.cost_component = 'seat' then -ledger.spend_usd
            else {{ to_numeric("'0'") }}
        end as seat_cost_usd,
        case
            when ledger.cost_component = 'seat' then {{ to_numeric("'0'") }}
            else -ledger.spend_usd
        end as usage_cost_usd,
        case
            when ledger.person_email is null then {{ to_numeric("'0'") }}
            else -ledger.spend_usd
        end as attributed_spend_usd,
        {{ to_numeric("'0'") }} as budget_usd
    from ledger
    cross join rollups

    union all

    select
        budget_scope as rollup_scope,
        month_start_date,
        {{ to_numeric("'0'") }} as spend_usd,
        {{ to_numeric("'0'") }} as seat_cost_usd,
        {{ to_numeric("'0'") }} as usage_cost_usd,
        {{ to_numeric("'0'") }} as attributed_spend_usd,
        -coalesce(budget_usd, {{ to_numeric("'0'") }}) as budget_usd
    from budgets

),

company_people as (

    select
        count(distinct person_key) as n_people,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from active_person_days
    group by month_start_date

)

select
    rollup_scope,
    month_start_date,
    sum(spend_usd) as spend_difference_usd,
    sum(seat_cost_usd) as seat_difference_usd,
    sum(usage_cost_usd) as usage_difference_usd,
    sum(attributed_spend_usd) as attributed_difference_usd,
    sum(budget_usd) as budget_difference_usd
from figures
group by rollup_scope, month_start_date
having
    sum(spend_usd) <> 0
    or sum(seat_cost_usd) <> 0
    or sum(usage_cost_usd) <> 0
    or sum(attributed_spend_usd) <> 0
    or sum(budget_usd) <> 0

union all

select
    'people of the company' as rollup_scope,
    company_people.month_start_date,
    {{ to_numeric('company_people.n_people - coalesce(overview.n_active_people, 0)') }}
        as spend_difference_usd,
    {{ to_numeric("'0'") }} as seat_difference_usd,
    {{ to_numeric("'0'") }} as usage_difference_usd,
    {{ to_numeric("'0'") }} as attributed_difference_usd,
    {{ to_numeric("'0'") }} as budget_difference_usd
from company_people
left join overview
    on
        company_people.month_start_date = overview.month_start_date
        and overview.rollup_scope = 'company'
where company_people.n_people <> coalesce(overview.n_active_people, 0)
