{#
One row per UTC day and team scope (team, no team or all) on which the number of people of the directory changes: by
how many, for windows of 1, 7 and 28 days. Counted like int_adoption__active_changes, from the validities.
#}
with

people as (

    select * from {{ ref('int_identity__people') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}
    where is_usage_loaded

),

day_range as (

    select
        min(usage_date) as first_date,
        max(usage_date) as last_date,
        {{ day_after('max(usage_date)') }} as next_date
    from day_versions

),

windows as (

    select 1 as n_window_days
    union all
    select 7 as n_window_days
    union all
    select 28 as n_window_days

),

team_levels as (

    select 'team' as team_scope_level
    union all
    select 'all' as team_scope_level

),

member_versions as (

    select
        team_levels.team_scope_level,
        case team_levels.team_scope_level
            when 'team' then coalesce(people.team_name, 'no team')
            else 'all'
        end as team_scope,
        people.person_id,
        people.valid_from_date,
        people.valid_to_date
    from people
    cross join team_levels

),

followed_versions as (

    select
        *,
        lead(valid_from_date) over (
            partition by team_scope_level, team_scope, person_id
            order by valid_from_date
        ) as next_valid_from_date
    from member_versions

),

-- Who leaves a team belongs to its window until the last day of membership has left it.
member_spells as (

    select
        followed_versions.team_scope_level,
        followed_versions.team_scope,
        windows.n_window_days,
        greatest(followed_versions.valid_from_date, day_range.first_date) as entered_date,
        least(
            coalesce(followed_versions.next_valid_from_date, cast('9999-12-31' as date)),
            -- The last day of membership is in the windows that begin on it, too. No later than
            -- tomorrow: nothing can be added to 9999-12-31.
            cast(
                {{ dbt.dateadd(
                    'day',
                    'windows.n_window_days - 1',
                    'least(followed_versions.valid_to_date, day_range.next_date)'
                ) }} as date
            )
        ) as left_date
    from followed_versions
    cross join windows
    cross join day_range

),

entries_and_exits as (

    select
        team_scope_level,
        team_scope,
        n_window_days,
        1 as n_change,
        entered_date as usage_date
    from member_spells
    where entered_date < left_date

    union all

    select
        team_scope_level,
        team_scope,
        n_window_days,
        -1 as n_change,
        left_date as usage_date
    from member_spells
    where entered_date < left_date

)

select
    team_scope_level,
    team_scope,
    {{ sum_units('case when n_window_days = 1 then n_change else 0 end') }} as change_1d,
    {{ sum_units('case when n_window_days = 7 then n_change else 0 end') }} as change_7d,
    {{ sum_units('case when n_window_days = 28 then n_change else 0 end') }} as change_28d,
    usage_date
from entries_and_exits
group by team_scope_level, team_scope, usage_date
