{#
One row per seat held on the last complete day: who holds it, when it was last used and what it has cost since. Where
use cannot be seen, the seat says so and is not idle.
#}
with

seat_holder_days as (

    select * from {{ ref('int_usage__seat_holder_days') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

observed_days as (

    select * from {{ ref('int_usage__observed_days') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

last_days as (

    select max(usage_date) as last_date
    from day_versions

),

held_seats as (

    select seat_holder_days.*
    from seat_holder_days
    inner join last_days
        on seat_holder_days.usage_date = last_days.last_date
    -- A credit is money, not a seat.
    where coalesce(seat_holder_days.monthly_usd, 0) >= 0

),

-- A platform whose report stopped coming is judged by the days it did come.
observed as (

    select
        platform,
        min(usage_date) as observed_from_date,
        max(usage_date) as observed_to_date
    from observed_days
    group by platform

),

-- Use under an earlier seat of the same person says nothing about this one.
last_uses as (

    select
        held_seats.sheet_row,
        max(active_person_days.usage_date) as last_active_date
    from held_seats
    inner join active_person_days
        on
            held_seats.platform = active_person_days.platform
            and held_seats.person_key = active_person_days.person_key
            and active_person_days.usage_date
            >= coalesce(held_seats.valid_from_date, cast('1900-01-01' as date))
    group by held_seats.sheet_row

),

known_people as (

    select
        platform,
        person_key
    from active_person_days
    group by platform, person_key

),

judged as (

    select
        held_seats.*,
        last_uses.last_active_date,
        observed.observed_to_date,
        -- The day from which no use has been seen: after the last use, or since there was a seat
        -- and a report at the same time. The Claude Code report leaves out many who work on a
        -- subscription: whom it never names may be using it every day.
        case
            when held_seats.person_key is null then cast(null as date)
            when last_uses.last_active_date is not null
                then {{ day_after('last_uses.last_active_date') }}
            when held_seats.platform = 'claude_code' and known_people.person_key is null
                then cast(null as date)
            when held_seats.valid_from_date > observed.observed_from_date
                then held_seats.valid_from_date
            else observed.observed_from_date
        end as unused_from_date
    from held_seats
    left join observed
        on held_seats.platform = observed.platform
    left join last_uses
        on held_seats.sheet_row = last_uses.sheet_row
    left join known_people
        on
            held_seats.platform = known_people.platform
            and held_seats.person_key = known_people.person_key

),

counted as (

    select
        *,
        case
            when unused_from_date <= observed_to_date
                then {{ dbt.datediff('unused_from_date', 'observed_to_date', 'day') }} + 1
            when last_active_date is not null then 0
        end as n_idle_days
    from judged

),

idle_costs as (

    select
        counted.sheet_row,
        sum(seat_holder_days.spend_usd) as idle_usd
    from counted
    inner join seat_holder_days
        on
            counted.sheet_row = seat_holder_days.sheet_row
            and counted.unused_from_date <= seat_holder_days.usage_date
            and counted.observed_to_date >= seat_holder_days.usage_date
    group by counted.sheet_row

),

final as (

    select
        counted.seat_email,
        counted.team_name,
        counted.department_name,
        counted.cost_centre,
        counted.vendor,
        counted.platform,
        counted.plan_name,
        case
            when counted.n_idle_days is null then 'cannot_tell'
            when counted.last_active_date is null then 'never_used'
            when counted.n_idle_days >= 7 then 'idle'
            else 'used'
        end as seat_status,
        counted.valid_from_date as seat_started_date,
        counted.last_active_date,
        counted.observed_to_date,
        counted.usage_date as last_complete_date,
        cast(counted.n_idle_days as {{ dbt.type_bigint() }}) as n_idle_days,
        counted.monthly_usd,
        case
            when counted.n_idle_days is not null
                then
                    cast(
                        coalesce(
                            idle_costs.idle_usd, {{ to_numeric("'0'") }}
                        ) as {{ numeric_type() }}
                    )
        end as unused_usd,
        counted.n_idle_days is not null and counted.last_active_date is null as is_never_used,
        coalesce(counted.n_idle_days >= 7, false) as is_idle_7_days,
        coalesce(counted.n_idle_days >= 14, false) as is_idle_14_days,
        coalesce(counted.n_idle_days >= 30, false) as is_idle_30_days,
        counted.sheet_row,
        {{ surrogate_key(['counted.usage_date', 'counted.sheet_row']) }} as seat_id,
        counted.person_id
    from counted
    left join idle_costs
        on counted.sheet_row = idle_costs.sheet_row

)

select * from final
