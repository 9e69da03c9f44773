{#
One row per budget for which the budgets tab names several amounts: it counts as none until the tab says one thing.
#}
with

budgets as (

    select * from {{ ref('int_finance__budgets') }}
    where has_contradicting_lines

),

final as (

    select
        {{ finding_columns(
            check_name="'budget_contradiction'",
            check_scope=sentence(['budget_scope', "' '", 'budget_scope_value']),
            finding=sentence([
                "'the budgets tab has '", 'n_budget_lines', "' lines for '", 'budget_scope', "' '",
                'budget_scope_value', "' in the month of '", 'month_start_date', "', from '",
                decimal_text('smallest_budget_usd'), "' to '", decimal_text('largest_budget_usd'),
                "' USD: until they agree there is no such budget'"
            ]),
            observed_value='n_budget_lines',
            expected_value='1',
            check_date='month_start_date'
        ) }},
        budget_scope,
        budget_scope_value,
        n_budget_lines,
        smallest_budget_usd,
        largest_budget_usd
    from budgets

)

select * from final
