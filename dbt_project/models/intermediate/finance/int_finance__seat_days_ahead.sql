{#
One row per seat and day of AS_OF's month that is not loaded yet: fees are known in advance. Fee by day and owner as in
the ledger (int_spend__seat_days, step 1 and 2 of the attribution ladder).
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

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

people as (

    select * from {{ ref('int_identity__people') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

loaded as (

    select max(usage_date) as last_loaded_date
    from day_versions

),

month_days as (

    {{ date_rows(
        trunc_date('month', as_of_date()),
        "cast(" ~ dbt.last_day(as_of_date(), 'month') ~ " as date)"
    ) }}

),

days_ahead as (

    select
        month_days.date_day as usage_date,
        {{ days_in_month('month_days.date_day') }} as n_days_in_month,
        extract(day from month_days.date_day) as day_of_month
    from month_days
    cross join loaded
    where month_days.date_day > loaded.last_loaded_date

),

seat_days as (

    select
        seats.sheet_row,
        coalesce(seats.vendor, platforms.vendor) as vendor,
        coalesce(seats.platform, seats.vendor) as platform,
        platforms.category,
        seats.seat_email,
        seats.monthly_usd,
        {{ proportional_part('seats.monthly_usd', '1', 'days_ahead.n_days_in_month') }} as day_usd,
        days_ahead.n_days_in_month,
        days_ahead.day_of_month,
        days_ahead.usage_date
    from seats
    inner join days_ahead
        on
            days_ahead.usage_date >= coalesce(seats.valid_from_date, cast('1900-01-01' as date))
            and days_ahead.usage_date < coalesce(seats.valid_to_date, cast('9999-12-31' as date))
    left join platforms
        on seats.platform = platforms.platform

),

final as (

    select
        seat_days.sheet_row,
        seat_days.vendor,
        seat_days.platform,
        seat_days.category,
        people.team_name,
        people.cost_centre,
        cast(
            case
                when seat_days.day_of_month = 1
                    then
                        seat_days.monthly_usd
                        - seat_days.day_usd * (seat_days.n_days_in_month - 1)
                else seat_days.day_usd
            end as {{ numeric_type() }}
        ) as seat_usd,
        seat_days.usage_date
    from seat_days
    left join email_owners
        on
            seat_days.seat_email = email_owners.alias_email
            and seat_days.usage_date >= email_owners.known_from_date
    left join people
        on
            email_owners.person_id = people.person_id
            and seat_days.usage_date >= people.valid_from_date
            and seat_days.usage_date < people.valid_to_date

)

select * from final
