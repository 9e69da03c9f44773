{#
The weeks of the teams add up to the days they are made of; people are those of the active person-days, counted once
per team and week; nobody but a member is active in a team.
#}
with

weekly as (

    select * from {{ ref('mart_engineering__team_weekly') }}

),

daily as (

    select * from {{ ref('mart_engineering__productivity_daily') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}
    where category = 'coding_agents'

),

weekly_people as (

    select
        platform,
        coalesce(team_name, '') as team_name,
        person_key,
        {{ trunc_date('week', 'usage_date') }} as week_start_date
    from active_person_days
    group by platform, coalesce(team_name, ''), person_key, week_start_date

),

figures as (
{% for measure in [
    'n_lines_added', 'n_accepted_lines_added', 'n_comparable_lines_added', 'n_comparable_tabs_shown', 'n_tool_actions_accepted',
    'n_tool_actions_rejected', 'n_sessions', 'n_commits', 'n_pull_requests', 'n_requests', 'usage_cost_usd',
    'seat_cost_usd', 'total_cost_usd', 'notional_cost_usd'
] %}
    select
        platform,
        coalesce(team_name, '') as team_name,
        week_start_date,
        '{{ measure }}' as measure,
        coalesce({{ to_numeric(measure) }}, {{ to_numeric("'0'") }}) as week_value,
        {{ to_numeric("'0'") }} as expected_value
    from weekly

    union all

    select
        platform,
        coalesce(team_name, '') as team_name,
        {{ trunc_date('week', 'usage_date') }} as week_start_date,
        '{{ measure }}' as measure,
        {{ to_numeric("'0'") }} as week_value,
        coalesce({{ to_numeric(measure) }}, {{ to_numeric("'0'") }}) as expected_value
    from daily

    union all

    {% endfor %}
    select
        platform,
        coalesce(team_name, '') as team_name,
        week_start_date,
        'n_active_people' as measure,
        {{ to_numeric('n_active_people') }} as week_value,
        {{ to_numeric("'0'") }} as expected_value
    from weekly

    union all

    select
        platform,
        team_name,
        week_start_date,
        'n_active_people' as measure,
        {{ to_numeric("'0'") }} as week_value,
        {{ to_numeric("'1'") }} as expected_value
    from weekly_people

)

select
    platform,
    team_name,
    week_start_date,
    measure,
    sum(week_value) as week_total,
    sum(expected_value) as expected_total
from figures
group by platform, team_name, week_start_date, measure
having sum(week_value) <> sum(expected_value)

union all

select
    platform,
    team_name,
    week_start_date,
    'more active people than people' as measure,
    {{ to_numeric('n_active_people') }} as week_total,
    {{ to_numeric('n_team_people') }} as expected_total
from weekly
where n_active_people > n_team_people
