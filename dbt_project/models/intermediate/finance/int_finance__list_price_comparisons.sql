{# One row per vendor, month and reason: use at list price beside what the ledger has for it. #}
{{ config(materialized='table') }}
with

anthropic_comparisons as (

    select * from {{ ref('int_finance__anthropic_comparisons') }}

),

cursor_comparisons as (

    select * from {{ ref('int_finance__cursor_comparisons') }}

)

select
    vendor,
    difference_reason,
    cast(list_price_estimate_usd as {{ numeric_type() }}) as list_price_estimate_usd,
    cast(compared_ledger_usd as {{ numeric_type() }}) as compared_ledger_usd,
    month_start_date
from anthropic_comparisons

union all

select
    vendor,
    difference_reason,
    cast(list_price_estimate_usd as {{ numeric_type() }}) as list_price_estimate_usd,
    cast(compared_ledger_usd as {{ numeric_type() }}) as compared_ledger_usd,
    month_start_date
from cursor_comparisons
