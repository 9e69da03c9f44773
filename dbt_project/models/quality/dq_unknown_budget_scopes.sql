{#
One row per budget that is for nothing there is: no platform, vendor or category of ours, no team, department or cost
centre of the directory, and nothing that ever cost money. What was spent of it nobody knows.
#}
with

budget_status as (

    select * from {{ ref('mart_finance__budget_status') }}
    where unread_reason = 'unknown_scope'

),

budgets as (

    select * from {{ ref('int_finance__budgets') }}

),

named_scopes as (

    select * from {{ ref('int_finance__named_scopes') }}

),

-- The words of a scope, as far as they are few.
known_words as (

    select
        budget_scope,
        {{ dbt.listagg('scope_key', "', '", 'order by scope_key') }} as words
    from named_scopes
    where budget_scope in ('platform', 'vendor', 'category')
    group by budget_scope

),

final as (

    select
        {{ finding_columns(
            check_name="'unknown_budget_scope'",
            check_scope=sentence([
                "'tab budgets row '", 'budgets.sheet_row', "': '", 'budget_status.budget_scope', "' '",
                'budget_status.budget_scope_value'
            ]),
            finding=sentence([
                "'row '", 'budgets.sheet_row', "' of the tab budgets: \"'",
                'budget_status.budget_scope_value', "'\" in the column scope_value is no '",
                "replace(budget_status.budget_scope, '_', ' ')",
                "' that there is, so nobody knows what was spent of the budget; type '",
                "coalesce(known_words.words, 'the name as the tab people has it')"
            ]),
            observed_value='1',
            check_date='budget_status.month_start_date'
        ) }},
        budget_status.budget_scope,
        budget_status.budget_scope_value,
        budgets.sheet_row
    from budget_status
    inner join budgets
        on
            budget_status.budget_scope = budgets.budget_scope
            and lower(budget_status.budget_scope_value) = budgets.scope_key
            and budget_status.month_start_date = budgets.month_start_date
    left join known_words
        on budget_status.budget_scope = known_words.budget_scope

)

select * from final
