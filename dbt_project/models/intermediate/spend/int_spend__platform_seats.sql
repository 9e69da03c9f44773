{#
One row per platform with seats in the last 30 loaded days: seats and holders of the newest day, fees of the 30 days.
#}
with

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}
    where usage_date < {{ as_of_date() }}

),

newest_day as (

    select max(usage_date) as newest_date from seat_days

),

final as (

    select
        seat_days.platform,
        count(
            distinct case
                -- A credit is money, not a seat.
                when
                    seat_days.usage_date = newest_day.newest_date
                    and coalesce(seat_days.monthly_usd, 0) >= 0
                    then seat_days.sheet_row
            end
        )
            as n_seats,
        count(
            distinct case
                when
                    seat_days.usage_date = newest_day.newest_date
                    and coalesce(seat_days.monthly_usd, 0) >= 0
                    then seat_days.actor_id
            end
        )
            as n_people,
        cast(sum(seat_days.spend_usd) as {{ numeric_type() }}) as seat_cost_usd,
        max(newest_day.newest_date) as newest_date
    from seat_days
    cross join newest_day
    where seat_days.usage_date
        > cast({{ dbt.dateadd('day', -30, 'newest_day.newest_date') }} as date)
    group by seat_days.platform

)

select * from final
