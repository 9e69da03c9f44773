{#
One row per month, scope and scope value of the budgets sheet. Two lines for the same thing are a correction: the
lower line in the sheet holds.
#}
with

budgets as (

    select * from {{ ref('stg_sheets__budgets') }}
    where
        budget_scope is not null
        and budget_month_date is not null
        and budget_usd is not null

),

named as (

    select
        sheet_row,
        budget_scope,
        -- Closed sets are written in lower case here; teams and cost centres as the people sheet
        -- writes them. The company is one, whatever the cell says.
        case
            when budget_scope = 'company' then 'all'
            when budget_scope in ('category', 'vendor', 'platform') then lower(budget_scope_value)
            else budget_scope_value
        end as budget_scope_value,
        budget_usd,
        {{ trunc_date('month', 'budget_month_date') }} as month_start_date,
        _loaded_at
    from budgets

),

ranked as (

    select
        *,
        row_number() over (
            partition by budget_scope, budget_scope_value, month_start_date
            order by sheet_row desc
        ) as line_rank
    from named
    where budget_scope_value is not null

)

select
    budget_scope,
    budget_scope_value,
    sheet_row,
    budget_usd,
    month_start_date,
    _loaded_at
from ranked
where line_rank = 1
