{#
One row per budget: how much of its month was read for its scope, and why that is not all (NULL when it is). A value that
is no platform, vendor or category here is read when the day is loaded.
#}
with

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

final as (

    select
        budgets.budget_scope,
        budgets.scope_key,
        case
            when budgets.month_start_date > {{ as_of_date() }} then 'month_to_come'
            when months.month_start_date is null then 'month_not_loaded'
            when read_months.scope_key is not null then read_months.unread_reason
            when not months.is_complete_month then 'month_not_whole'
        end as unread_reason,
        coalesce(months.n_days_loaded, 0) as n_days_loaded,
        named_scopes.scope_key is not null as is_named_scope,
        coalesce(read_months.is_read_so_far, months.n_days_loaded > 0, false) as is_read_so_far,
        coalesce(read_months.is_complete_month, months.is_complete_month, false)
            as is_complete_month,
        budgets.month_start_date
    from budgets
    left join months
        on budgets.month_start_date = months.month_start_date
    left join read_months
        on
            budgets.budget_scope = read_months.budget_scope
            and case
                when budgets.budget_scope in ('company', 'team', 'department', 'cost_centre')
                    then '*'
                else budgets.scope_key
            end = read_months.scope_key
            and budgets.month_start_date = read_months.month_start_date
    left join named_scopes
        on
            budgets.budget_scope = named_scopes.budget_scope
            and budgets.scope_key = named_scopes.scope_key

)

select * from final
