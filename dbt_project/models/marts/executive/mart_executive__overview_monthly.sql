{#
One row per month, roll-up and the values the roll-up keeps: money, budget and active people of all categories. The
rows of each roll-up add up to the ledger; rows of different roll-ups are never added.

Money is told of every team and cost centre. Of one to four active people nothing is said; people are counted by team, not by
cost centre or by team and vendor too, which together would tell of small teams what each alone does not.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

budgets as (

    select * from {{ ref('int_finance__budgets') }}

),

months as (

    select * from {{ ref('int_runs__months') }}

),

read_months as (

    select * from {{ ref('int_finance__read_months') }}

),

named_scopes as (

    select * from {{ ref('int_finance__named_scopes') }}

),

told_team_months as (

    select * from {{ ref('int_adoption__told_team_months') }}

),

rollups as (

    {% for scope in [
        'category_vendor_team', 'category', 'vendor', 'platform', 'team', 'cost_centre', 'company'
    ] %}
    select '{{ scope }}' as rollup_scope
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

spend_lines as (

    select
        ledger.category,
        ledger.vendor,
        ledger.platform,
        lower(ledger.team_name) as team_key,
        lower(ledger.cost_centre) as centre_key,
        min(ledger.team_name) as team_name,
        min(ledger.cost_centre) as cost_centre,
        sum(ledger.spend_usd) as spend_usd,
        sum(case when platforms.platform is not null then ledger.spend_usd end)
            as listed_spend_usd,
        sum(case when ledger.cost_component = 'seat' then ledger.spend_usd end) as seat_cost_usd,
        sum(case when ledger.cost_component <> 'seat' then ledger.spend_usd end) as usage_cost_usd,
        sum(case when ledger.person_email is not null then ledger.spend_usd end)
            as attributed_spend_usd,
        {{ trunc_date('month', 'ledger.usage_date') }} as month_start_date
    from ledger
    left join platforms
        on ledger.platform = platforms.platform
    group by
        ledger.category,
        ledger.vendor,
        ledger.platform,
        team_key,
        centre_key,
        month_start_date

),

active_people as (

    select
        category,
        vendor,
        platform,
        lower(team_name) as team_key,
        lower(cost_centre) as centre_key,
        min(team_name) as team_name,
        min(cost_centre) as cost_centre,
        person_key,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from active_person_days
    group by
        category, vendor, platform, team_key, centre_key, person_key, month_start_date

),

-- Teams and cost centres are compared without regard to case, as budgets are; a name is shown as
-- the people sheet spells it, and as the budget does only where nobody else names it.
spellings as (

    {% for relation in ['spend_lines', 'active_people'] %}
    select
        'team' as budget_scope,
        team_key as scope_key,
        team_name as scope_value
    from {{ relation }}

    union all

    select
        'cost_centre' as budget_scope,
        centre_key as scope_key,
        cost_centre as scope_value
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

names as (

    select
        budget_scope,
        scope_key,
        min(scope_value) as scope_value
    from spellings
    where scope_key is not null
    group by budget_scope, scope_key

),

{% set kept = {
    'category': "'category_vendor_team', 'category'",
    'vendor': "'category_vendor_team', 'vendor'",
    'platform': "'platform'",
    'team_key': "'category_vendor_team', 'team'",
    'centre_key': "'cost_centre'"
} %}
-- Money, people and budgets under one another, each repeated once per roll-up with the values that
-- the roll-up keeps.
spread as (

    select
        rollups.rollup_scope,
        {% for column, scopes in kept.items() %}
        case when rollups.rollup_scope in ({{ scopes }}) then spend_lines.{{ column }} end
            as {{ column }},
        {% endfor %}
        cast(null as {{ dbt.type_string() }}) as budget_name,
        cast(null as {{ dbt.type_string() }}) as person_key,
        spend_lines.spend_usd,
        spend_lines.listed_spend_usd,
        spend_lines.seat_cost_usd,
        spend_lines.usage_cost_usd,
        spend_lines.attributed_spend_usd,
        cast(null as {{ numeric_type() }}) as budget_usd,
        spend_lines.month_start_date
    from spend_lines
    cross join rollups

    union all

    select
        rollups.rollup_scope,
        {% for column, scopes in kept.items() %}
        case when rollups.rollup_scope in ({{ scopes }}) then active_people.{{ column }} end
            as {{ column }},
        {% endfor %}
        cast(null as {{ dbt.type_string() }}) as budget_name,
        active_people.person_key,
        cast(null as {{ numeric_type() }}) as spend_usd,
        cast(null as {{ numeric_type() }}) as listed_spend_usd,
        cast(null as {{ numeric_type() }}) as seat_cost_usd,
        cast(null as {{ numeric_type() }}) as usage_cost_usd,
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
                then budgets.scope_key
        end as category,
        case
            when budgets.budget_scope = 'vendor'
                then budgets.scope_key
        end as vendor,
        case
            when budgets.budget_scope = 'platform'
                then budgets.scope_key
        end as platform,
        case when budgets.budget_scope = 'team' then budgets.scope_key end as team_key,
        case
            when budgets.budget_scope = 'cost_centre'
                then budgets.scope_key
        end as centre_key,
        budgets.budget_scope_value as budget_name,
        cast(null as {{ dbt.type_string() }}) as person_key,
        cast(null as {{ numeric_type() }}) as spend_usd,
        cast(null as {{ numeric_type() }}) as listed_spend_usd,
        cast(null as {{ numeric_type() }}) as seat_cost_usd,
        cast(null as {{ numeric_type() }}) as usage_cost_usd,
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
        team_key,
        centre_key,
        max(budget_name) as budget_name,
        count(distinct person_key) as n_active_people,
        sum(spend_usd) as spend_usd,
        sum(listed_spend_usd) as listed_spend_usd,
        sum(seat_cost_usd) as seat_cost_usd,
        sum(usage_cost_usd) as usage_cost_usd,
        sum(attributed_spend_usd) as attributed_spend_usd,
        sum(budget_usd) as budget_usd,
        month_start_date
    from spread
    group by rollup_scope, category, vendor, platform, team_key, centre_key, month_start_date

),

-- Nothing is 0 where it was read, and unknown where it was not, or where nobody knows what the
-- budget is for.
told as (

    select
        summed.rollup_scope,
        summed.category,
        summed.vendor,
        summed.platform,
        summed.team_key,
        summed.centre_key,
        summed.budget_name,
        summed.n_active_people,
        summed.budget_usd,
        summed.month_start_date,
        {% for column in [
            'spend_usd', 'listed_spend_usd', 'usage_cost_usd', 'attributed_spend_usd'
        ] %}
        case
            when
                summed.spend_usd is not null
                or (
                    coalesce(read_months.is_read_so_far, true)
                    and (summed.n_active_people > 0 or named_scopes.scope_key is not null)
                )
                then coalesce(summed.{{ column }}, {{ to_numeric("'0'") }})
        end as {{ column }},
        {% endfor %}
        case
            when
                summed.spend_usd is not null and coalesce(read_months.is_seats_tab_read, true)
                or (
                    coalesce(read_months.is_seats_tab_read, true)
                    and (summed.n_active_people > 0 or named_scopes.scope_key is not null)
                )
                then coalesce(summed.seat_cost_usd, {{ to_numeric("'0'") }})
        end as seat_cost_usd,
        read_months.unread_reason,
        read_months.is_complete_month
    from summed
    left join read_months
        on
            case
                when summed.rollup_scope = 'category_vendor_team' then 'vendor'
                else summed.rollup_scope
            end = read_months.budget_scope
            and case
                when summed.rollup_scope in ('company', 'team', 'cost_centre') then '*'
                else coalesce(summed.vendor, summed.platform, summed.category)
            end = read_months.scope_key
            and summed.month_start_date = read_months.month_start_date
    left join named_scopes
        on
            summed.rollup_scope = named_scopes.budget_scope
            and coalesce(
                summed.team_key, summed.centre_key, summed.vendor, summed.platform, summed.category,
                'all'
            ) = named_scopes.scope_key

),

named as (

    select
        told.*,
        case
            when told.rollup_scope in ('category_vendor_team', 'cost_centre') then null
            when told.rollup_scope = 'team' and told_team_months.team_key is null then null
            else {{ unless_few_people('told.n_active_people') }}
        end as n_told_people,
        case
            when told.team_key is not null
                then coalesce(team_names.scope_value, told.budget_name)
        end as team_name,
        case
            when told.centre_key is not null
                then coalesce(centre_names.scope_value, told.budget_name)
        end as cost_centre
    from told
    left join told_team_months
        on
            told.month_start_date = told_team_months.month_start_date
            and coalesce(told.team_key, '') = told_team_months.team_key
    left join names as team_names
        on team_names.budget_scope = 'team' and told.team_key = team_names.scope_key
    left join names as centre_names
        on centre_names.budget_scope = 'cost_centre' and told.centre_key = centre_names.scope_key

),

final as (

    select
        named.month_start_date,
        named.rollup_scope,
        named.category,
        named.vendor,
        named.platform,
        named.team_name,
        named.cost_centre,
        -- Where no use was loaded, nobody knows who was active.
        case when months.n_usage_days > 0 then named.n_told_people end as n_active_people,
        months.n_days_loaded,
        cast(named.spend_usd as {{ numeric_type() }}) as spend_usd,
        cast(named.seat_cost_usd as {{ numeric_type() }}) as seat_cost_usd,
        cast(named.usage_cost_usd as {{ numeric_type() }}) as usage_cost_usd,
        cast(named.attributed_spend_usd as {{ numeric_type() }}) as attributed_spend_usd,
        cast(named.budget_usd as {{ numeric_type() }}) as budget_usd,
        cast(named.spend_usd - named.budget_usd as {{ numeric_type() }}) as variance_usd,
        -- A tool whose use is not read is in no category's average.
        {{ proportional_part(
            "case when named.rollup_scope in ('category', 'category_vendor_team')"
            ~ " then named.listed_spend_usd else named.spend_usd end",
            '1', 'named.n_told_people'
        ) }} as spend_usd_per_active_person,
        named.unread_reason,
        coalesce(named.is_complete_month, months.is_complete_month) as is_complete_month,
        months.is_provisional,
        {{ surrogate_key([
            'named.month_start_date', 'named.rollup_scope', 'named.category', 'named.vendor',
            'named.platform', 'named.team_name', 'named.cost_centre'
        ]) }} as overview_monthly_id
    from named
    -- Months without any loaded day have no figures, whatever their budget.
    inner join months
        on named.month_start_date = months.month_start_date

)

select * from final
