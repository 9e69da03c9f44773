{#
One row per month with a Cursor invoice: what of it is for use, in US dollars, and the use-based requests that share it.
An invoice carries the seats as well as the use, so the seats of the ledger are taken out. A month of which a day is not
loaded has no rate: part of a month is not what the invoice is for.
#}
with

invoice_months as (

    select * from {{ ref('int_finance__invoice_months') }}
    where vendor = 'cursor'

),

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}
    where vendor = 'cursor'

),

partitions as (

    select * from {{ ref('stg_cursor__loaded_partitions') }}
    where resource_name = 'daily_usage' and usage_date < {{ as_of_date() }}

),

daily_usage as (

    select * from {{ ref('stg_cursor__daily_usage') }}

),

month_seats as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        sum(spend_usd) as seat_cost_usd
    from seat_days
    group by month_start_date

),

month_days as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        count(distinct usage_date) as n_days_loaded
    from partitions
    group by month_start_date

),

month_requests as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        {{ sum_units('n_usage_based_requests') }} as n_requests
    from daily_usage
    group by month_start_date

),

joined as (

    select
        invoice_months.month_start_date,
        invoice_months.n_unreadable_invoices,
        invoice_months.n_invoices_without_rate,
        invoice_months.invoice_usd,
        coalesce(month_seats.seat_cost_usd, {{ to_numeric("'0'") }}) as seat_cost_usd,
        coalesce(month_requests.n_requests, 0) as n_requests,
        coalesce(month_days.n_days_loaded, 0) as n_days_loaded,
        {{ days_in_month('invoice_months.month_start_date') }} as n_days_in_month
    from invoice_months
    left join month_seats
        on invoice_months.month_start_date = month_seats.month_start_date
    left join month_days
        on invoice_months.month_start_date = month_days.month_start_date
    left join month_requests
        on invoice_months.month_start_date = month_requests.month_start_date

)

select
    n_unreadable_invoices,
    n_invoices_without_rate,
    n_requests,
    n_days_loaded,
    cast(n_days_in_month as {{ dbt.type_bigint() }}) as n_days_in_month,
    n_days_loaded = n_days_in_month as is_whole_month,
    invoice_usd,
    seat_cost_usd,
    -- An invoice below the seats has none of them, or not all: nothing of it is surely for use.
    cast(
        case
            -- The engines disagree on what is greater, nothing known or 0.
            when n_days_loaded = n_days_in_month and invoice_usd is not null
                then greatest(invoice_usd - seat_cost_usd, {{ to_numeric("'0'") }})
        end as {{ numeric_type() }}
    ) as usage_cost_usd,
    month_start_date
from joined
