with changes as (

    select
        month_start_date,
        sum(headcount_effect_usd) as headcount_effect_usd,
        sum(volume_effect_usd) as volume_effect_usd,
        sum(mix_effect_usd) as mix_effect_usd,
        sum(price_effect_usd) as price_effect_usd,
        sum(seat_effect_usd) as seat_effect_usd,
        sum(estimation_effect_usd) as estimation_effect_usd,
        sum(other_effect_usd) as other_effect_usd
    from marts.mart_finance__spend_bridge
    where
        is_comparable
        and month_start_date = (
            select max(month_start_date)
            from marts.mart_finance__spend_bridge
            where is_comparable [[and {{dates}}]]
        )
        [[and {{vendor}}]]
    group by month_start_date

),

effects as (

    select
        1 as place,
        'People' as effect,
        headcount_effect_usd as change_usd,
        month_start_date
    from changes
    union all
    select
        2 as place,
        'Use per person' as effect,
        volume_effect_usd as change_usd,
        month_start_date
    from changes
    union all
    select
        3 as place,
        'Dearer or cheaper models' as effect,
        mix_effect_usd as change_usd,
        month_start_date
    from changes
    union all
    select
        4 as place,
        'Prices' as effect,
        price_effect_usd as change_usd,
        month_start_date
    from changes
    union all
    select
        5 as place,
        'Seats' as effect,
        seat_effect_usd as change_usd,
        month_start_date
    from changes
    union all
    select
        6 as place,
        'Not billed yet' as effect,
        estimation_effect_usd as change_usd,
        month_start_date
    from changes
    union all
    select
        7 as place,
        'Other bills' as effect,
        other_effect_usd as change_usd,
        month_start_date
    from changes

)

select
    effect,
    change_usd,
    month_start_date
from effects
order by place
