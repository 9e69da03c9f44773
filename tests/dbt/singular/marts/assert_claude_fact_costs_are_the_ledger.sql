{# Per day and platform the cost by actor and by model is the ledger's without seats. #}
with

daily_facts as (

    select * from {{ ref('fact_claude_daily_usage') }}

),

model_facts as (

    select * from {{ ref('fct_claude_model_daily_usage') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where vendor = 'anthropic' and cost_component <> 'seat'

),

amounts as (

    select
        usage_date,
        platform,
        coalesce(total_cost_usd, {{ to_numeric("'0'") }})
        - coalesce(seat_cost_usd, {{ to_numeric("'0'") }}) as by_actor_usd,
        {{ to_numeric("'0'") }} as by_model_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from daily_facts

    union all

    select
        usage_date,
        platform,
        {{ to_numeric("'0'") }} as by_actor_usd,
        coalesce(total_cost_usd, {{ to_numeric("'0'") }}) as by_model_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from model_facts

    union all

    select
        usage_date,
        platform,
        {{ to_numeric("'0'") }} as by_actor_usd,
        {{ to_numeric("'0'") }} as by_model_usd,
        spend_usd as ledger_usd
    from ledger

)

select
    usage_date,
    platform,
    sum(by_actor_usd) as total_by_actor_usd,
    sum(by_model_usd) as total_by_model_usd,
    sum(ledger_usd) as total_ledger_usd
from amounts
group by usage_date, platform
having sum(by_actor_usd) <> sum(ledger_usd) or sum(by_model_usd) <> sum(ledger_usd)
