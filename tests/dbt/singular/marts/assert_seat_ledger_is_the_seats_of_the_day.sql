{# Fees per day and vendor: every usable row of the seats tab once, and nothing else. #}
with

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where cost_component = 'seat'

),

amounts as (

    select
        vendor,
        usage_date,
        spend_usd as source_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from seat_days

    union all

    select
        vendor,
        usage_date,
        {{ to_numeric("'0'") }} as source_usd,
        spend_usd as ledger_usd
    from ledger

)

select
    vendor,
    usage_date,
    sum(source_usd) as total_source_usd,
    sum(ledger_usd) as total_ledger_usd
from amounts
group by vendor, usage_date
having sum(source_usd) <> sum(ledger_usd)
