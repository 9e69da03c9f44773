{#
By month the cents of all cost centres add up to the total rounded to cents; nobody is charged a cent more or less than
their exact amount.
#}
with

chargeback as (

    select * from {{ ref('mart_finance__chargeback') }}

),

months as (

    select
        month_start_date,
        cast(round(sum(spend_usd), 2) as {{ numeric_type() }}) as expected_usd,
        sum(charge_usd) as found_usd
    from chargeback
    group by month_start_date

)

select
    'cents' as claim,
    month_start_date,
    expected_usd,
    found_usd
from months
where expected_usd <> found_usd

union all

select
    'one row' as claim,
    month_start_date,
    spend_usd as expected_usd,
    charge_usd as found_usd
from chargeback
where
    abs(charge_usd - spend_usd) >= {{ to_numeric("'0.01'") }}
    or charge_usd <> round(charge_usd, 2)
    or spend_usd <> seat_cost_usd + usage_cost_usd
