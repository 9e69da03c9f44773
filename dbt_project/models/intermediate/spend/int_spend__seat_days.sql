{#
One row per seat and UTC day: the monthly fee split over the days of the month, the rounding remainder on the first.
Thirty days of a June seat add up to its fee exactly.
#}
with

seats as (

    select * from {{ ref('stg_sheets__seats') }}
    where
        monthly_usd is not null
        and (valid_from_text is null or valid_from_date is not null)
        and (valid_to_text is null or valid_to_date is not null)

),

platforms as (

    select * from {{ ref('platforms') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

seat_days as (

    select
        seats.sheet_row,
        coalesce(seats.vendor, platforms.vendor) as vendor,
        coalesce(seats.platform, seats.vendor) as platform,
        seats.plan_name,
        seats.seat_email,
        seats.monthly_usd,
        seats.valid_from_date,
        {{ proportional_part(
            'seats.monthly_usd', '1', days_in_month('day_versions.usage_date')
        ) }} as day_usd,
        {{ days_in_month('day_versions.usage_date') }} as n_days_in_month,
        extract(day from day_versions.usage_date) as day_of_month,
        day_versions.usage_date
    from seats
    inner join day_versions
        on
            day_versions.usage_date >= coalesce(seats.valid_from_date, cast('1900-01-01' as date))
            and day_versions.usage_date < coalesce(seats.valid_to_date, cast('9999-12-31' as date))
    left join platforms
        on seats.platform = platforms.platform

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
    case
        when day_of_month = 1
            then cast(monthly_usd - day_usd * (n_days_in_month - 1) as {{ numeric_type() }})
        else day_usd
    end as spend_usd,
    usage_date
from seat_days
