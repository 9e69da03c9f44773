{#
One row per platform that has paid seats on the newest day and of which no source has shown anybody's use
in the last 90 days: seats and money of which nobody can say whether they are used.
#}
with

platform_seats as (

    select * from {{ ref('int_spend__platform_seats') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}
    where usage_date >= cast({{ dbt.dateadd('day', -90, as_of_date()) }} as date)

),

used as (

    select platform
    from active_person_days
    group by platform

),

final as (

    select
        {{ finding_columns(
            check_name="'seats_without_usage_source'",
            check_scope='platform_seats.platform',
            finding=sentence([
                'platform_seats.n_seats', "' seats of '", 'platform_seats.n_people',
                "' people on '", 'platform_seats.platform', "' cost '",
                decimal_text('platform_seats.seat_cost_usd'),
                "' USD in the last 30 days and no source shows whether they are used'"
            ]),
            observed_value='platform_seats.n_seats',
            check_date='platform_seats.newest_date'
        ) }},
        platform_seats.platform,
        platform_seats.n_seats,
        platform_seats.n_people,
        platform_seats.seat_cost_usd
    from platform_seats
    -- Of a tool that is not listed no source could show anything.
    inner join platforms
        on platform_seats.platform = platforms.platform
    left join used
        on platform_seats.platform = used.platform
    where used.platform is null and platform_seats.n_seats > 0

)

select * from final
