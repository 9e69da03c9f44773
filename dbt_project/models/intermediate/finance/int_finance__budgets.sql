{#
One row per month and budget scope of the budgets sheet. The same amount typed twice is one budget; two amounts for one
month and scope are refused, because nobody can tell a supplement from a correction: the budget is NULL until the sheet
says one thing (check budget_contradiction). Scope values are compared without regard to case (scope_key), platforms and
categories in whatever spelling, as in the seats tab; the company has one value whatever the sheet calls it. Lines that
cannot be read are findings of dq_unreadable_sheet_cells and no budget.
#}
with

budgets as (

    select * from {{ ref('stg_sheets__budgets') }}
    where {{ is_budget() }}

),

platform_spellings as (

    select * from {{ ref('platform_spellings') }}

),

worded as (

    select
        *,
        case
            when budget_scope in ('platform', 'category')
                then {{ snake_word('budget_scope_value') }}
        end as value_word
    from budgets

),

named as (

    select
        worded.budget_scope,
        case
            when worded.budget_scope = 'company' then 'all'
            else coalesce(platform_spellings.platform, worded.value_word, worded.budget_scope_value)
        end as scope_value,
        worded.budget_usd,
        worded.sheet_row,
        worded.month_start_date
    from worded
    left join platform_spellings
        on
            worded.budget_scope = 'platform'
            and worded.value_word = platform_spellings.spelling

),

final as (

    select
        budget_scope,
        lower(scope_value) as scope_key,
        min(scope_value) as budget_scope_value,
        min(sheet_row) as sheet_row,
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
