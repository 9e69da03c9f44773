{#
One row per platform that has paid seats on the newest day and of which no source has shown anybody's use
in the last 90 days: seats and money of which nobody can say whether they are used.
#}
with

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}
    where usage_date < {{ as_of_date() }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}
    where usage_date >= cast({{ dbt.dateadd('day', -90, as_of_date()) }} as date)

),

newest_day as (

    select max(usage_date) as newest_date from seat_days

),

seats as (

    select
        seat_days.platform,
        count(
            distinct case
                when seat_days.usage_date = newest_day.newest_date then seat_days.sheet_row
            end
        )
            as n_seats,
        count(
            distinct case
                when seat_days.usage_date = newest_day.newest_date then seat_days.actor_id
            end
        )
            as n_people,
        sum(seat_days.spend_usd) as seat_usd,
        max(newest_day.newest_date) as newest_date
    from seat_days
    cross join newest_day
    where seat_days.usage_date
        > cast({{ dbt.dateadd('day', -30, 'newest_day.newest_date') }} as date)
    group by seat_days.platform

),

used as (

    select platform
    from active_person_days
    group by platform

),

final as (

    select
        seats.platform,
        seats.n_seats,
        seats.n_people,
        cast(seats.seat_usd as {{ numeric_type() }}) as seat_usd,
        {{ finding_columns(
            check_name="'seats_without_usage_source'",
            check_scope='seats.platform',
            finding=sentence([
                'seats.n_seats', "' seats of '", 'seats.n_people', "' people on '", 'seats.platform',
                "' cost '", decimal_text('seats.seat_usd'),
                "' USD in the last 30 days and no source shows whether they are used'"
            ]),
            observed_value='seats.n_seats',
            check_date='seats.newest_date'
        ) }}
    from seats
    left join used
        on seats.platform = used.platform
    where used.platform is null and seats.n_seats > 0

)

select * from final
