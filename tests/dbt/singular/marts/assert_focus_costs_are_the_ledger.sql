{#
Every dollar of the ledger is billed exactly once and effective exactly once in the FOCUS rows, per vendor, month, team
and person, and nothing else is. Returns the sums that differ.
#}
with

ledger as (

    select
        vendor,
        coalesce(team_name, '') as team,
        coalesce(person_id, '') as person,
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        spend_usd,
        {{ to_numeric("'0'") }} as billed,
        {{ to_numeric("'0'") }} as effective
    from {{ ref('fct_ai_spend_daily') }}

),

-- Team and person stand in the tags only; the ledger's row says who they were.
charges as (

    select
        ledger_rows.vendor,
        coalesce(ledger_rows.team_name, '') as team,
        coalesce(ledger_rows.person_id, '') as person,
        {{ trunc_date('month', 'focus_rows.usage_date') }} as month_start_date,
        {{ to_numeric("'0'") }} as spend_usd,
        focus_rows.billed_cost as billed,
        focus_rows.effective_cost as effective
    from {{ ref('mart_finance__focus_cost_and_usage') }} as focus_rows
    left join {{ ref('fct_ai_spend_daily') }} as ledger_rows
        on focus_rows.spend_id = ledger_rows.spend_id

),

together as (

    select * from ledger

    union all

    select * from charges

)

select
    vendor,
    team,
    person,
    month_start_date,
    sum(spend_usd) as ledger_usd,
    sum(billed) as billed_usd,
    sum(effective) as effective_usd
from together
group by vendor, team, person, month_start_date
having sum(spend_usd) <> sum(billed) or sum(spend_usd) <> sum(effective)
