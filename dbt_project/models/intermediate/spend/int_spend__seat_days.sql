{#
One row per seat and UTC day: the monthly fee split over the days of the month, the rounding remainder on the first.
Thirty days of a June seat add up to its fee exactly.
#}
with

seats as (

    select * from {{ ref('int_spend__seats') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

seat_days as (

    {{ seat_days('seats', 'day_versions') }}

)

select
    sheet_row,
    vendor,
    platform,
    case when seat_email is null then 'unattributed' else 'person' end as actor_type,
    coalesce(seat_email, {{ dbt.concat(["'unattributed:'", 'vendor']) }}) as actor_id,
    plan_name,
    'seat' as spend_basis,
    'monthly_fee_by_day' as spend_method,
    monthly_usd,
    valid_from_date,
    spend_usd,
    usage_date
from seat_days
