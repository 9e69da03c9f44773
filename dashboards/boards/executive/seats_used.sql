with seats as (

    select
        platform,
        sum(used_usd) as used_usd,
        sum(idle_usd) as idle_usd,
        sum(unknown_usd) as unknown_usd,
        sum(seat_cost_usd) as seat_cost_usd
    from marts.mart_finance__seat_utilisation
    where true [[and {{dates}}]] [[and {{vendor}}]] [[and {{team}}]]
    group by platform

),

parts as (

    select
        platform,
        1 as place,
        'used' as use_of_seats,
        used_usd as fees_usd,
        seat_cost_usd
    from seats
    union all
    select
        platform,
        2 as place,
        'idle' as use_of_seats,
        idle_usd as fees_usd,
        seat_cost_usd
    from seats
    union all
    select
        platform,
        3 as place,
        'cannot be told' as use_of_seats,
        unknown_usd as fees_usd,
        seat_cost_usd
    from seats

)

select
    platform,
    use_of_seats,
    fees_usd
from parts
order by seat_cost_usd desc, platform, place
