{#
One row per month and budget scope: lines of the sheet for the same month and scope add up. Scope values are compared
without regard to case; the company has one value whatever the sheet calls it. Lines that cannot be read are findings
of dq_unreadable_sheet_cells and no budget.
#}
with

budgets as (

    select * from {{ ref('stg_sheets__budgets') }}
    where budget_usd is not null and budget_month_date is not null and budget_scope is not null

),

named as (

    select
        budget_scope,
        case
            when budget_scope = 'company' then 'all' else coalesce(budget_scope_value, 'all')
        end as scope_value,
        budget_usd,
        budget_month_date
    from budgets

),

final as (

    select
        budget_scope,
        lower(scope_value) as scope_key,
        min(scope_value) as budget_scope_value,
        count(*) as n_budget_lines,
        sum(budget_usd) as budget_usd,
        budget_month_date
    from named
    group by budget_scope, scope_key, budget_month_date

)

select * from final
