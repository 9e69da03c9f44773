{#
One row per month and budget scope of the budgets sheet. The same amount typed twice is one budget; two amounts for one
month and scope are refused, because nobody can tell a supplement from a correction: the budget is NULL until the sheet
says one thing (check budget_contradiction). Lines that cannot be read are findings of dq_unreadable_sheet_cells and no
budget.
#}
with

budget_lines as (

    select * from {{ ref('int_finance__budget_lines') }}

),

final as (

    select
        budget_scope,
        scope_key,
        min(budget_scope_value) as budget_scope_value,
        min(sheet_row) as sheet_row,
        count(*) as n_budget_lines,
        case when min(budget_usd) = max(budget_usd) then min(budget_usd) end as budget_usd,
        min(budget_usd) <> max(budget_usd) as has_contradicting_lines,
        min(budget_usd) as smallest_budget_usd,
        max(budget_usd) as largest_budget_usd,
        month_start_date
    from budget_lines
    group by budget_scope, scope_key, month_start_date

)

select * from final
