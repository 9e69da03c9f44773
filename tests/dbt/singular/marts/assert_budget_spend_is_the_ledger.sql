{#
Spend to date of a budget is the ledger's money of that scope in that month, fees apart; where the ledger has none, it is 0
or, with the reason, unknown; a month without a loaded day has none; and every readable budget of the sheet has its row.
#}
with

budget_status as (

    select * from {{ ref('mart_finance__budget_status') }}

),

budgets as (

    select * from {{ ref('int_finance__budgets') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

scoped as (
    {% for scope, column in [
        ('company', "'all'"), ('category', 'category'), ('vendor', 'vendor'),
        ('platform', 'platform'), ('team', 'team_name'), ('department', 'department_name'),
        ('cost_centre', 'cost_centre')
    ] %}
    select
        '{{ scope }}' as budget_scope,
        lower({{ column }}) as scope_key,
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        spend_usd,
        case when spend_basis = 'seat' then spend_usd else {{ to_numeric("'0'") }} end
            as seat_cost_usd
    from ledger
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

scope_months as (

    select
        budget_scope,
        scope_key,
        month_start_date,
        sum(spend_usd) as ledger_usd,
        sum(seat_cost_usd) as ledger_seat_usd
    from scoped
    group by budget_scope, scope_key, month_start_date

),

loaded_months as (

    select {{ trunc_date('month', 'usage_date') }} as month_start_date
    from day_versions
    group by month_start_date

),

compared as (

    select
        budgets.budget_scope,
        budgets.scope_key,
        budgets.month_start_date,
        budgets.budget_usd,
        budget_status.budget_status_id,
        budget_status.budget_usd as stated_budget_usd,
        budget_status.spend_to_date_usd,
        budget_status.seat_to_date_usd,
        budget_status.unread_reason,
        loaded_months.month_start_date is not null as is_loaded_month,
        scope_months.ledger_usd,
        scope_months.ledger_seat_usd
    from budgets
    left join budget_status
        on
            budgets.budget_scope = budget_status.budget_scope
            and budgets.scope_key = lower(budget_status.budget_scope_value)
            and budgets.month_start_date = budget_status.month_start_date
    left join loaded_months
        on budgets.month_start_date = loaded_months.month_start_date
    left join scope_months
        on
            budgets.budget_scope = scope_months.budget_scope
            and budgets.scope_key = scope_months.scope_key
            and budgets.month_start_date = scope_months.month_start_date

)

select *
from compared
where
    budget_status_id is null
    or stated_budget_usd is distinct from budget_usd
    or coalesce(spend_to_date_usd, 0) <> coalesce(ledger_usd, 0)
    or coalesce(seat_to_date_usd, 0) <> coalesce(ledger_seat_usd, 0)
    or (spend_to_date_usd is null and (ledger_usd is not null or unread_reason is null))
    or (spend_to_date_usd is not null and not is_loaded_month)
