{#
One row per metric, team and week of the fixed panel: what the team delivered, on a logarithmic scale, and when it began.

A fixed panel: the same developers in every week. A week without pull requests is a week with 0 of them; half a pull
request is added to each, so that 0 has a logarithm. A team that has not begun by the last week, or of which no roll-out
is known, begins in the week after it: it only serves as a comparison.

Left out: a team of fewer than five developers, and one with fewer than eight weeks before its roll-out, of which nobody
knows what it did without the tools.
#}
{% set fewest_baseline_weeks = 8 %}
with

panel_weeks as (

    select * from {{ ref('int_delivery__ai_panel_weeks') }}

),

rollouts as (

    select * from {{ ref('int_delivery__ai_rollouts') }}

),

first_weeks as (

    select
        min(week_date) as first_week_date,
        cast(
            {{ dbt.datediff('min(week_date)', 'max(week_date)', 'day') }} / 7
            as {{ dbt.type_bigint() }}
        ) as last_week_number
    from panel_weeks

),

team_weeks as (

    select
        team_name,
        week_date,
        count(*) as n_developers,
        {{ sum_units('n_merged_pull_requests') }} as n_merged_pull_requests,
        {{ sum_units('n_timed_pull_requests') }} as n_timed_pull_requests,
        sum(log_cycle_time) as log_cycle_time
    from panel_weeks
    group by team_name, week_date

),

numbered as (

    select
        team_weeks.*,
        first_weeks.last_week_number,
        cast(
            {{ dbt.datediff('first_weeks.first_week_date', 'team_weeks.week_date', 'day') }} / 7
            as {{ dbt.type_bigint() }}
        ) as week_number,
        cast(
            {{
                dbt.datediff(
                    'first_weeks.first_week_date', 'rollouts.rollout_week_date', 'day'
                )
            }} / 7 as {{ dbt.type_bigint() }}
        ) as told_rollout_week_number
    from team_weeks
    cross join first_weeks
    left join rollouts
        on team_weeks.team_name = rollouts.team_name
    where team_weeks.n_developers >= {{ fewest_people() }}

),

placed as (

    select
        *,
        case
            when told_rollout_week_number <= last_week_number then told_rollout_week_number
            else last_week_number + 1
        end as rollout_week_number
    from numbered

),

compared as (

    select * from placed
    where rollout_week_number >= {{ fewest_baseline_weeks }}

),

-- The one question that is asked. What follows it is exploratory.
merged as (

    select
        'merged_pull_requests_per_developer_week' as metric_name,
        team_name,
        week_date,
        week_number,
        rollout_week_number,
        n_developers,
        n_merged_pull_requests as n_outcome_pull_requests,
        ln(
            (cast(n_merged_pull_requests as {{ double_type() }}) + 0.5)
            / cast(n_developers as {{ double_type() }})
        ) as log_outcome
    from compared

),

cycle as (

    select
        'pull_request_cycle_hours' as metric_name,
        team_name,
        week_date,
        week_number,
        rollout_week_number,
        n_developers,
        n_timed_pull_requests as n_outcome_pull_requests,
        log_cycle_time / cast(n_timed_pull_requests as {{ double_type() }}) as log_outcome
    from compared
    where n_timed_pull_requests > 0

),

final as (

    select * from merged

    union all

    select * from cycle

)

select * from final
