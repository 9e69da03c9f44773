{#
Every dollar of seats in the ledger is in seat_utilisation once, and there it was used, idle or not to be told. Returns
the months and platforms that differ.
#}
with

both_sides as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        platform,
        spend_usd as ledger_part,
        {{ to_numeric("'0'") }} as seat_part,
        {{ to_numeric("'0'") }} as split_part
    from {{ ref('fct_ai_spend_daily') }}
    where cost_component = 'seat'

    union all

    select
        month_start_date,
        platform,
        {{ to_numeric("'0'") }} as ledger_part,
        seat_cost_usd as seat_part,
        used_usd + idle_usd + unknown_usd as split_part
    from {{ ref('mart_finance__seat_utilisation') }}

)

select
    month_start_date,
    platform,
    sum(ledger_part) as ledger_total,
    sum(seat_part) as seat_total,
    sum(split_part) as split_total
from both_sides
group by month_start_date, platform
having sum(ledger_part) <> sum(seat_part) or sum(ledger_part) <> sum(split_part)
