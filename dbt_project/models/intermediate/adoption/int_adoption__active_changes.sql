{#
One row per UTC day, usage scope (platform, category or all) and team scope (team, no team or all) on which the number
of active people changes: by how many, for windows of 1, 7 and 28 days.

No day is joined with the days around it. An active day makes its person count from that day until the window has
passed or the person is active again, whichever comes first: one entry and one exit, so that the running sum of both
is the number of different people.
#}
with

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

windows as (

    select 1 as n_window_days
    union all
    select 7 as n_window_days
    union all
    select 28 as n_window_days

),

usage_levels as (

    select 'platform' as usage_scope_level
    union all
    select 'category' as usage_scope_level
    union all
    select 'all' as usage_scope_level

),

team_levels as (

    select 'team' as team_scope_level
    union all
    select 'all' as team_scope_level

),

scoped_days as (

    select
        usage_levels.usage_scope_level,
        case usage_levels.usage_scope_level
            when 'platform' then active_person_days.platform
            when 'category' then active_person_days.category
            else 'all'
        end as usage_scope,
        team_levels.team_scope_level,
        case team_levels.team_scope_level
            when 'team' then coalesce(active_person_days.team_name, 'no team')
            else 'all'
        end as team_scope,
        active_person_days.person_key,
        max(case when active_person_days.person_id is not null then 1 else 0 end) as listed_flag,
        active_person_days.usage_date
    from active_person_days
    cross join usage_levels
    cross join team_levels
    group by
        usage_levels.usage_scope_level,
        usage_scope,
        team_levels.team_scope_level,
        team_scope,
        active_person_days.person_key,
        active_person_days.usage_date

),

-- A person is new to a usage scope once, whatever the team.
first_days as (

    select
        usage_scope_level,
        usage_scope,
        person_key,
        min(usage_date) as first_active_date
    from scoped_days
    where team_scope_level = 'all'
    group by usage_scope_level, usage_scope, person_key

),

followed_days as (

    select
        *,
        lead(usage_date) over (
            partition by
                usage_scope_level, usage_scope, team_scope_level, team_scope, person_key
            order by usage_date
        ) as next_active_date
    from scoped_days

),

active_spells as (

    select
        followed_days.usage_scope_level,
        followed_days.usage_scope,
        followed_days.team_scope_level,
        followed_days.team_scope,
        followed_days.listed_flag,
        windows.n_window_days,
        followed_days.usage_date as entered_date,
        least(
            coalesce(followed_days.next_active_date, cast('9999-12-31' as date)),
            cast(
                {{ dbt.dateadd('day', 'windows.n_window_days', 'followed_days.usage_date') }}
                as date
            )
        ) as left_date
    from followed_days
    cross join windows

),

entries_and_exits as (

    select
        usage_scope_level,
        usage_scope,
        team_scope_level,
        team_scope,
        n_window_days,
        1 as n_change,
        listed_flag as n_listed_change,
        0 as n_new,
        entered_date as usage_date
    from active_spells

    union all

    select
        usage_scope_level,
        usage_scope,
        team_scope_level,
        team_scope,
        n_window_days,
        -1 as n_change,
        -listed_flag as n_listed_change,
        0 as n_new,
        left_date as usage_date
    from active_spells

    union all

    select
        scoped_days.usage_scope_level,
        scoped_days.usage_scope,
        scoped_days.team_scope_level,
        scoped_days.team_scope,
        0 as n_window_days,
        0 as n_change,
        0 as n_listed_change,
        1 as n_new,
        scoped_days.usage_date
    from scoped_days
    inner join first_days
        on
            scoped_days.usage_scope_level = first_days.usage_scope_level
            and scoped_days.usage_scope = first_days.usage_scope
            and scoped_days.person_key = first_days.person_key
            and scoped_days.usage_date = first_days.first_active_date

)

select
    usage_scope_level,
    usage_scope,
    team_scope_level,
    team_scope,
    {{ sum_units('case when n_window_days = 1 then n_change else 0 end') }} as change_1d,
    {{ sum_units('case when n_window_days = 7 then n_change else 0 end') }} as change_7d,
    {{ sum_units('case when n_window_days = 28 then n_change else 0 end') }} as change_28d,
    {{ sum_units('case when n_window_days = 1 then n_listed_change else 0 end') }}
        as listed_change_1d,
    {{ sum_units('case when n_window_days = 7 then n_listed_change else 0 end') }}
        as listed_change_7d,
    {{ sum_units('case when n_window_days = 28 then n_listed_change else 0 end') }}
        as listed_change_28d,
    {{ sum_units('n_new') }} as n_new_people,
    usage_date
from entries_and_exits
group by usage_scope_level, usage_scope, team_scope_level, team_scope, usage_date
