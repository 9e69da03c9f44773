{#
Per day the usage cost of people in the Cursor fact is what the ledger charges to people.
#}
with

facts as (

    select * from {{ ref('fact_cursor_daily_usage') }}
    where user_email <> 'unattributed:cursor'

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where platform = 'cursor' and actor_type = 'person' and cost_component <> 'seat'

),

amounts as (

    select
        usage_date,
        coalesce(usage_cost_usd, {{ to_numeric("'0'") }}) as fact_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from facts

    union all

    select
        usage_date,
        {{ to_numeric("'0'") }} as fact_usd,
        spend_usd as ledger_usd
    from ledger

)

select
    usage_date,
    sum(fact_usd) as total_fact_usd,
    sum(ledger_usd) as total_ledger_usd
from amounts
group by usage_date
having sum(fact_usd) <> sum(ledger_usd)
