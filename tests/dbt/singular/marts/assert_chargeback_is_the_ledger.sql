{#
By month, vendor and platform the charged cost centres add up to the ledger exactly, and by month the cents add up to the
total rounded to cents; nobody is charged a cent more or less than their exact amount.
#}
with

chargeback as (

    select * from {{ ref('mart_finance__chargeback') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

amounts as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        vendor,
        platform,
        spend_usd as ledger_usd,
        {{ to_numeric("'0'") }} as chargeback_usd
    from ledger

    union all

    select
        month_start_date,
        vendor,
        platform,
        {{ to_numeric("'0'") }} as ledger_usd,
        seat_cost_usd + billed_usd + allocated_usd + estimated_usd as chargeback_usd
    from chargeback

),

exact_totals as (

    select
        month_start_date,
        vendor,
        platform,
        sum(ledger_usd) as expected_usd,
        sum(chargeback_usd) as found_usd
    from amounts
    group by month_start_date, vendor, platform

),

cent_totals as (

    select
        month_start_date,
        cast(round(sum(spend_usd), 2) as {{ numeric_type() }}) as expected_usd,
        sum(charge_usd) as found_usd
    from chargeback
    group by month_start_date

)

select
    'exact' as claim,
    month_start_date,
    vendor,
    platform,
    expected_usd,
    found_usd
from exact_totals
where expected_usd <> found_usd

union all

select
    'cents' as claim,
    month_start_date,
    'all' as vendor,
    'all' as platform,
    expected_usd,
    found_usd
from cent_totals
where expected_usd <> found_usd

union all

select
    'one row' as claim,
    month_start_date,
    vendor,
    platform,
    spend_usd as expected_usd,
    charge_usd as found_usd
from chargeback
where
    abs(charge_usd - spend_usd) >= {{ to_numeric("'0.01'") }}
    or charge_usd <> round(charge_usd, 2)
    or spend_usd <> seat_cost_usd + usage_cost_usd
