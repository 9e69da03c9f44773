{#
One row per metric: whether the teams that began early grew otherwise than the others before any of them had begun.

Growth is the slope of a team over the weeks before the first roll-out; the question is its covariance with the week in
which the team began, and the answer the share of orders in which that is as large.
#}
with

team_weeks as (

    select * from {{ ref('int_delivery__ai_team_weeks') }}

),

orders as (

    select * from {{ ref('int_delivery__ai_orders') }}

),

first_rollouts as (

    select min(rollout_week_number) as first_rollout_week_number
    from team_weeks

),

before as (

    select
        team_weeks.metric_name,
        team_weeks.team_name,
        cast(team_weeks.week_number as {{ double_type() }}) as week_number,
        cast(team_weeks.n_developers as {{ double_type() }}) as weight,
        team_weeks.log_outcome
    from team_weeks
    cross join first_rollouts
    where team_weeks.week_number < first_rollouts.first_rollout_week_number

),

slopes as (

    select
        metric_name,
        team_name,
        max(weight) as weight,
        (count(*) * sum(week_number * log_outcome) - sum(week_number) * sum(log_outcome))
        / (count(*) * sum(week_number * week_number) - sum(week_number) * sum(week_number))
            as slope
    from before
    group by metric_name, team_name
    having count(*) > 2

),

covariances as (

    select
        slopes.metric_name,
        orders.order_number,
        sum(slopes.weight * slopes.slope * orders.rollout_week_number)
        - sum(slopes.weight * slopes.slope) * sum(slopes.weight * orders.rollout_week_number)
        / sum(slopes.weight) as covariance
    from slopes
    inner join orders
        on slopes.team_name = orders.team_name
    group by slopes.metric_name, orders.order_number

),

final as (

    select
        covariances.metric_name,
        cast(
            round(
                avg(
                    case
                        when abs(covariances.covariance) >= abs(actual.covariance) - 0.000000001
                            then 1.0
                        else 0.0
                    end
                ),
                6
            ) as {{ numeric_type() }}
        ) as p_share
    from covariances
    inner join covariances as actual
        on
            covariances.metric_name = actual.metric_name
            and actual.order_number = 0
    group by covariances.metric_name

)

select * from final
