{#
One row per month and budget scope of the budgets sheet. The same amount typed twice is one budget; two amounts for one
month and scope are refused, because nobody can tell a supplement from a correction: the budget is NULL until the sheet
says one thing (check budget_contradiction). Scope values are compared without regard to case (scope_key); the company has one value whatever the
sheet calls it. Lines that cannot be read are findings of dq_unreadable_sheet_cells and no budget.
#}
with

budgets as (

    select * from {{ ref('stg_sheets__budgets') }}
    where budget_usd is not null and month_start_date is not null and budget_scope is not null

),

named as (

    select
        budget_scope,
        case when budget_scope = 'company' then 'all' else budget_scope_value end as scope_value,
        budget_usd,
        month_start_date
    from budgets

),

final as (

    select
        budget_scope,
        lower(scope_value) as scope_key,
        min(scope_value) as budget_scope_value,
        count(*) as n_budget_lines,
        case when min(budget_usd) = max(budget_usd) then min(budget_usd) end as budget_usd,
        min(budget_usd) <> max(budget_usd) as has_contradicting_lines,
        min(budget_usd) as smallest_budget_usd,
        max(budget_usd) as largest_budget_usd,
        month_start_date
    from named
    -- A team's budget that names no team is nobody's.
    where scope_value is not null
    group by budget_scope, scope_key, month_start_date

)

select * from final
