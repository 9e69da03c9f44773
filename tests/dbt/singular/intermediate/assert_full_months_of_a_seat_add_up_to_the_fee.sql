{# The days of a seat's whole month, 28 to 31 of them, are its monthly fee exactly. #}
with

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}

),

seats as (

    select * from {{ ref('stg_sheets__seats') }}

),

seat_months as (

    select
        sheet_row,
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        max({{ days_in_month('usage_date') }}) as n_days_in_month,
        count(*) as n_days,
        sum(spend_usd) as spend_usd
    from seat_days
    group by sheet_row, month_start_date

)

select
    seat_months.sheet_row,
    seat_months.month_start_date,
    seat_months.spend_usd,
    seats.monthly_usd
from seat_months
inner join seats
    on seat_months.sheet_row = seats.sheet_row
where
    seat_months.n_days > seat_months.n_days_in_month
    or (
        seat_months.n_days = seat_months.n_days_in_month
        and seat_months.spend_usd <> seats.monthly_usd
    )
