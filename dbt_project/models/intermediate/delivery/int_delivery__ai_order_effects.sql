{#
One row per metric, analysis (effect, placebo) and order: what the comparison comes to if the teams had begun in it.

Group-time comparison (after Callaway and Sant'Anna): for the teams that begin in week g, and each week w from g on,

    change of those teams since before g  -  change of the teams that begin after w since before g

so that a team that has begun never serves as a comparison. "Before g" is the mean of all weeks before g; teams count by
their developers; the comparisons are averaged by how much they rest on: n1 × n0 ÷ (n1 + n0).

The placebo puts each beginning four weeks earlier and looks at these four weeks alone, where there was nothing to find.

  log_statistic       the comparison of what was delivered
  treated_statistic   the same comparison of "has begun": how much a true effect of 1 would put into log_statistic
  shown_statistic     the same of what the analysis looks for; in order 0 it is 1
#}
with

team_weeks as (

    select * from {{ ref('int_delivery__ai_team_weeks') }}

),

orders as (

    select * from {{ ref('int_delivery__ai_orders') }}

),

analyses as (

    select
        'effect' as analysis,
        0 as n_weeks_early,
        10000 as n_weeks_long

    union all

    select
        'placebo' as analysis,
        4 as n_weeks_early,
        4 as n_weeks_long

),

outcomes as (

    select
        analyses.analysis,
        analyses.n_weeks_long,
        analyses.n_weeks_early,
        team_weeks.metric_name,
        team_weeks.team_name,
        team_weeks.week_number,
        team_weeks.n_developers,
        team_weeks.log_outcome,
        case
            when team_weeks.week_number >= team_weeks.rollout_week_number then 1.0
            else 0.0
        end as treated_part,
        case
            when
                team_weeks.week_number
                between team_weeks.rollout_week_number - analyses.n_weeks_early
                and team_weeks.rollout_week_number
                - analyses.n_weeks_early
                + analyses.n_weeks_long
                - 1
                then 1.0
            else 0.0
        end as shown_part
    from team_weeks
    cross join analyses

),

beginnings as (

    select
        analyses.analysis,
        orders.rollout_week_number,
        orders.rollout_week_number - analyses.n_weeks_early as begin_week_number
    from orders
    cross join analyses
    where orders.order_number = 0
    group by analyses.analysis, orders.rollout_week_number, analyses.n_weeks_early

),

bases as (

    select
        outcomes.analysis,
        outcomes.metric_name,
        outcomes.team_name,
        beginnings.rollout_week_number,
        beginnings.begin_week_number,
        avg(outcomes.log_outcome) as log_outcome,
        avg(outcomes.treated_part) as treated_part,
        avg(outcomes.shown_part) as shown_part
    from outcomes
    inner join beginnings
        on
            outcomes.analysis = beginnings.analysis
            and outcomes.week_number < beginnings.begin_week_number
    group by
        outcomes.analysis,
        outcomes.metric_name,
        outcomes.team_name,
        beginnings.rollout_week_number,
        beginnings.begin_week_number

),

changes as (

    select
        outcomes.analysis,
        outcomes.metric_name,
        outcomes.team_name,
        outcomes.week_number,
        outcomes.n_weeks_early,
        bases.rollout_week_number,
        cast(outcomes.n_developers as {{ double_type() }}) as weight,
        outcomes.log_outcome - bases.log_outcome as log_change,
        outcomes.treated_part - bases.treated_part as treated_change,
        outcomes.shown_part - bases.shown_part as shown_change
    from outcomes
    inner join bases
        on
            outcomes.analysis = bases.analysis
            and outcomes.metric_name = bases.metric_name
            and outcomes.team_name = bases.team_name
            and outcomes.week_number >= bases.begin_week_number
            and outcomes.week_number < bases.begin_week_number + outcomes.n_weeks_long

),

compared as (

    select
        changes.analysis,
        changes.metric_name,
        orders.order_number,
        changes.rollout_week_number,
        changes.week_number,
        case
            when orders.rollout_week_number = changes.rollout_week_number then changes.weight
            else 0.0
        end as begun_weight,
        case
            when orders.rollout_week_number = changes.rollout_week_number then 0.0
            else changes.weight
        end as waiting_weight,
        changes.log_change,
        changes.treated_change,
        changes.shown_change
    from changes
    inner join orders
        on
            changes.team_name = orders.team_name
            and (
                changes.rollout_week_number = orders.rollout_week_number
                or changes.week_number < orders.rollout_week_number - changes.n_weeks_early
            )

),

group_times as (

    select
        analysis,
        metric_name,
        order_number,
        rollout_week_number,
        week_number,
        sum(begun_weight) as begun_weight,
        sum(waiting_weight) as waiting_weight,
        sum(begun_weight * log_change) as begun_log_change,
        sum(waiting_weight * log_change) as waiting_log_change,
        sum(begun_weight * treated_change) as begun_treated_change,
        sum(waiting_weight * treated_change) as waiting_treated_change,
        sum(begun_weight * shown_change) as begun_shown_change,
        sum(waiting_weight * shown_change) as waiting_shown_change
    from compared
    group by analysis, metric_name, order_number, rollout_week_number, week_number

),

final as (

    select
        metric_name,
        analysis,
        order_number,
        sum(
            (begun_log_change * waiting_weight - waiting_log_change * begun_weight)
            / (begun_weight + waiting_weight)
        )
        / sum(begun_weight * waiting_weight / (begun_weight + waiting_weight)) as log_statistic,
        sum(
            (begun_treated_change * waiting_weight - waiting_treated_change * begun_weight)
            / (begun_weight + waiting_weight)
        )
        / sum(begun_weight * waiting_weight / (begun_weight + waiting_weight)) as treated_statistic,
        sum(
            (begun_shown_change * waiting_weight - waiting_shown_change * begun_weight)
            / (begun_weight + waiting_weight)
        )
        / sum(begun_weight * waiting_weight / (begun_weight + waiting_weight)) as shown_statistic,
        count(*) as n_comparisons
    from group_times
    where begun_weight > 0 and waiting_weight > 0
    group by metric_name, analysis, order_number

)

select * from final
