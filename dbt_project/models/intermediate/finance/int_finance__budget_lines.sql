{#
One row per line of the budgets tab that can be read and says whose budget it is. Scope values are compared without regard
to case (scope_key), platforms, vendors and categories in whatever spelling, as in the seats tab; the company has one value
whatever the sheet calls it.
#}
with

budgets as (

    select * from {{ ref('stg_sheets__budgets') }}
    where {{ is_budget() }}

),

platform_spellings as (

    select * from {{ ref('platform_spellings') }}

),

vendor_spellings as (

    select * from {{ ref('int_spend__vendor_spellings') }}

),

worded as (

    select
        *,
        case
            when budget_scope in ('platform', 'category')
                then {{ snake_word('budget_scope_value') }}
            when budget_scope = 'vendor' then {{ company_word('budget_scope_value') }}
        end as value_word
    from budgets

),

named as (

    select
        worded.sheet_row,
        worded.budget_scope,
        case
            when worded.budget_scope = 'company' then 'all'
            else
                coalesce(
                    platform_spellings.platform,
                    vendor_spellings.vendor,
                    worded.value_word,
                    worded.budget_scope_value
                )
        end as scope_value,
        worded.budget_usd,
        worded.month_start_date,
        worded._loaded_at
    from worded
    left join platform_spellings
        on
            worded.budget_scope = 'platform'
            and worded.value_word = platform_spellings.spelling
    left join vendor_spellings
        on
            worded.budget_scope = 'vendor'
            and worded.value_word = vendor_spellings.spelling

)

select
    sheet_row,
    budget_scope,
    lower(scope_value) as scope_key,
    scope_value as budget_scope_value,
    budget_usd,
    month_start_date,
    _loaded_at
from named
-- A team's budget that names no team is nobody's.
where scope_value is not null
