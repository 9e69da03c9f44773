{#
One row per month, roll-up and the values the roll-up keeps: money, budget and active people of all categories. The
rows of each roll-up add up to the ledger; rows of different roll-ups are never added.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

budgets as (

    select * from {{ ref('int_spend__budgets') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

months as (

    select
        count(*) as n_days_loaded,
        max(case when is_provisional then 1 else 0 end) as provisional_flag,
        max({{ days_in_month('usage_date') }}) as n_days_in_month,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from day_versions
    group by month_start_date

),

rollups as (

    select 'category_vendor_team' as rollup_scope
    union all
    select 'category' as rollup_scope
    union all
    select 'vendor' as rollup_scope
    union all
    select 'platform' as rollup_scope
    union all
    select 'team' as rollup_scope
    union all
    select 'cost_centre' as rollup_scope
    union all
    select 'company' as rollup_scope

),

spend_lines as (

    select
        category,
        vendor,
        platform,
        team_name,
        cost_centre,
        sum(spend_usd) as spend_usd,
        sum(case when cost_component = 'seat' then spend_usd end) as seat_spend_usd,
        sum(case when cost_component <> 'seat' then spend_usd end) as usage_spend_usd,
        sum(case when person_email is not null then spend_usd end) as attributed_spend_usd,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from ledger
    group by category, vendor, platform, team_name, cost_centre, month_start_date

),

active_people as (

    select
        category,
        vendor,
        platform,
        team_name,
        cost_centre,
        person_key,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from active_person_days
    group by
        category, vendor, platform, team_name, cost_centre, person_key, month_start_date

),

-- Money, people and budgets under one another, each repeated once per roll-up with the values that
-- the roll-up keeps.
spread as (

    select
        rollups.rollup_scope,
        case
            when rollups.rollup_scope in ('category_vendor_team', 'category')
                then spend_lines.category
        end as category,
        case
            when rollups.rollup_scope in ('category_vendor_team', 'vendor')
                then spend_lines.vendor
        end as vendor,
        case
            when rollups.rollup_scope = 'platform'
                then spend_lines.platform
        end as platform,
        case
            when rollups.rollup_scope in ('category_vendor_team', 'team')
                then spend_lines.team_name
        end as team_name,
        case
            when rollups.rollup_scope = 'cost_centre'
                then spend_lines.cost_centre
        end as cost_centre,
        cast(null as {{ dbt.type_string() }}) as person_key,
        spend_lines.spend_usd,
        spend_lines.seat_spend_usd,
        spend_lines.usage_spend_usd,
        spend_lines.attributed_spend_usd,
        cast(null as {{ numeric_type() }}) as budget_usd,
        spend_lines.month_start_date
    from spend_lines
    cross join rollups

    union all

    select
        rollups.rollup_scope,
        case
            when rollups.rollup_scope in ('category_vendor_team', 'category')
                then active_people.category
        end as category,
        case
            when rollups.rollup_scope in ('category_vendor_team', 'vendor')
                then active_people.vendor
        end as vendor,
        case
            when rollups.rollup_scope = 'platform'
                then active_people.platform
        end as platform,
        case
            when rollups.rollup_scope in ('category_vendor_team', 'team')
                then active_people.team_name
        end as team_name,
        case
            when rollups.rollup_scope = 'cost_centre'
                then active_people.cost_centre
        end as cost_centre,
        active_people.person_key,
        cast(null as {{ numeric_type() }}) as spend_usd,
        cast(null as {{ numeric_type() }}) as seat_spend_usd,
        cast(null as {{ numeric_type() }}) as usage_spend_usd,
        cast(null as {{ numeric_type() }}) as attributed_spend_usd,
        cast(null as {{ numeric_type() }}) as budget_usd,
        active_people.month_start_date
    from active_people
    cross join rollups

    union all

    -- A budget has a row of its scope even if nothing was spent. No roll-up, no budget: a scope the
    -- sheet invents is left to the quality checks.
    select
        rollups.rollup_scope,
        case
            when budgets.budget_scope = 'category'
                then budgets.budget_scope_value
        end as category,
        case
            when budgets.budget_scope = 'vendor'
                then budgets.budget_scope_value
        end as vendor,
        case
            when budgets.budget_scope = 'platform'
                then budgets.budget_scope_value
        end as platform,
        case when budgets.budget_scope = 'team' then budgets.budget_scope_value end as team_name,
        case
            when budgets.budget_scope = 'cost_centre'
                then budgets.budget_scope_value
        end as cost_centre,
        cast(null as {{ dbt.type_string() }}) as person_key,
        cast(null as {{ numeric_type() }}) as spend_usd,
        cast(null as {{ numeric_type() }}) as seat_spend_usd,
        cast(null as {{ numeric_type() }}) as usage_spend_usd,
        cast(null as {{ numeric_type() }}) as attributed_spend_usd,
        budgets.budget_usd,
        budgets.month_start_date
    from budgets
    inner join rollups
        on budgets.budget_scope = rollups.rollup_scope

),

summed as (

    select
        rollup_scope,
        category,
        vendor,
        platform,
        team_name,
        cost_centre,
        count(distinct person_key) as n_active_people,
        coalesce(sum(spend_usd), {{ to_numeric("'0'") }}) as spend_usd,
        coalesce(sum(seat_spend_usd), {{ to_numeric("'0'") }}) as seat_spend_usd,
        coalesce(sum(usage_spend_usd), {{ to_numeric("'0'") }}) as usage_spend_usd,
        coalesce(sum(attributed_spend_usd), {{ to_numeric("'0'") }}) as attributed_spend_usd,
        sum(budget_usd) as budget_usd,
        month_start_date
    from spread
    group by rollup_scope, category, vendor, platform, team_name, cost_centre, month_start_date

),

final as (

    select
        {{ surrogate_key([
            'summed.month_start_date', 'summed.rollup_scope', 'summed.category', 'summed.vendor',
            'summed.platform', 'summed.team_name', 'summed.cost_centre'
        ]) }} as overview_monthly_id,
        summed.rollup_scope,
        summed.category,
        summed.vendor,
        summed.platform,
        summed.team_name,
        summed.cost_centre,
        summed.n_active_people,
        months.n_days_loaded,
        cast(summed.spend_usd as {{ numeric_type() }}) as spend_usd,
        cast(summed.seat_spend_usd as {{ numeric_type() }}) as seat_spend_usd,
        cast(summed.usage_spend_usd as {{ numeric_type() }}) as usage_spend_usd,
        cast(summed.attributed_spend_usd as {{ numeric_type() }}) as attributed_spend_usd,
        cast(summed.budget_usd as {{ numeric_type() }}) as budget_usd,
        cast(summed.spend_usd - summed.budget_usd as {{ numeric_type() }}) as variance_usd,
        {{ proportional_part('summed.spend_usd', '1', 'summed.n_active_people') }}
            as spend_usd_per_active_person,
        months.n_days_loaded = months.n_days_in_month as is_complete_month,
        months.provisional_flag = 1 as is_provisional,
        summed.month_start_date
    from summed
    -- Months without any loaded day have no figures, whatever their budget.
    inner join months
        on summed.month_start_date = months.month_start_date

)

select * from final
