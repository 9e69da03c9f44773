{#
One row per order in which the teams could have begun and team: the week in which it would have. Order 0 is what happened.

The other orders deal the same weeks to the teams by hashes of number and name, so that two runs, and two engines, draw
the same ones.
#}
with

team_weeks as (

    select * from {{ ref('int_delivery__ai_team_weeks') }}

),

teams as (

    select
        team_name,
        min(rollout_week_number) as rollout_week_number
    from team_weeks
    group by team_name

),

places as (

    select
        team_name,
        rollout_week_number,
        row_number() over (order by rollout_week_number, team_name) as place
    from teams

),

digits as (
    {% for digit in range(20) %}
    select {{ digit }} as digit
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

numbers as (

    select cast(20 * digits.digit + ones.digit as {{ dbt.type_bigint() }}) as order_number
    from digits
    cross join digits as ones

),

dealt as (

    select
        numbers.order_number,
        places.team_name,
        places.place as actual_place,
        {{ surrogate_key(['numbers.order_number', 'places.team_name']) }} as lot
    from numbers
    cross join places

),

placed as (

    select
        order_number,
        team_name,
        actual_place,
        row_number() over (partition by order_number order by lot, team_name) as drawn_place
    from dealt

),

final as (

    select
        placed.order_number,
        placed.team_name,
        places.rollout_week_number
    from placed
    inner join places
        on
            case
                when placed.order_number = 0 then placed.actual_place
                else placed.drawn_place
            end = places.place

)

select * from final
