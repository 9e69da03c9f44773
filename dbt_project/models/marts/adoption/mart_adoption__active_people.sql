{#
One row per loaded UTC day, usage scope (platform, category or all) and team scope (team, no team or all): how many
people were active that day, in the seven days and in the 28 days that end with it. Exact; people are counted, not added.

Of one to four people nothing is said. Of a team only one count, its people over all tools in 28 days: two counts of one
team, one within the other, would tell the few that lie between them.
#}
{{ daily_table('usage_date', cluster_by=['usage_scope', 'team_scope']) }}
with

active_changes as (

    select * from {{ ref('int_adoption__active_changes') }}

),

member_changes as (

    select * from {{ ref('int_adoption__member_changes') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}
    where is_usage_loaded

),

read_days as (

    select * from {{ ref('int_adoption__read_days') }}

),

day_range as (

    select
        min(usage_date) as first_date,
        max(usage_date) as last_date
    from day_versions

),

usage_scopes as (

    select
        usage_scope_level,
        usage_scope,
        min(usage_date) as first_active_date
    from active_changes
    group by usage_scope_level, usage_scope

),

team_scopes as (

    select
        team_scope_level,
        team_scope
    from member_changes

    union distinct

    select
        team_scope_level,
        team_scope
    from active_changes

),

days as (

    {{ date_rows(
        "(select first_date from day_range)", "(select last_date from day_range)"
    ) }}

),

member_counts as (

    select
        team_scopes.team_scope_level,
        team_scopes.team_scope,
        sum(coalesce(member_changes.change_1d, 0)) over running_team as n_people_1d,
        sum(coalesce(member_changes.change_7d, 0)) over running_team as n_people_7d,
        sum(coalesce(member_changes.change_28d, 0)) over running_team as n_people_28d,
        days.date_day as usage_date
    from team_scopes
    cross join days
    left join member_changes
        on
            team_scopes.team_scope_level = member_changes.team_scope_level
            and team_scopes.team_scope = member_changes.team_scope
            and days.date_day = member_changes.usage_date
    window running_team as (
        partition by team_scopes.team_scope_level, team_scopes.team_scope
        order by days.date_day
        rows between unbounded preceding and current row
    )

),

active_counts as (

    select
        usage_scopes.usage_scope_level,
        usage_scopes.usage_scope,
        team_scopes.team_scope_level,
        team_scopes.team_scope,
        sum(coalesce(active_changes.change_1d, 0)) over running_scope as n_active_people_1d,
        sum(coalesce(active_changes.change_7d, 0)) over running_scope as n_active_people_7d,
        sum(coalesce(active_changes.change_28d, 0)) over running_scope as n_active_people_28d,
        sum(coalesce(active_changes.listed_change_1d, 0)) over running_scope as n_listed_1d,
        sum(coalesce(active_changes.listed_change_7d, 0)) over running_scope as n_listed_7d,
        sum(coalesce(active_changes.listed_change_28d, 0)) over running_scope as n_listed_28d,
        coalesce(active_changes.n_new_people, 0) as n_new_people,
        coalesce(read_days.is_use_read, false) as is_use_read,
        coalesce(read_days.n_read_days_7d, 0) as n_read_days_7d,
        coalesce(read_days.n_read_days_28d, 0) as n_read_days_28d,
        days.date_day as usage_date
    from usage_scopes
    cross join team_scopes
    -- Before anybody is known to have used it, nobody is known not to have.
    inner join days
        on usage_scopes.first_active_date <= days.date_day
    left join active_changes
        on
            usage_scopes.usage_scope_level = active_changes.usage_scope_level
            and usage_scopes.usage_scope = active_changes.usage_scope
            and team_scopes.team_scope_level = active_changes.team_scope_level
            and team_scopes.team_scope = active_changes.team_scope
            and days.date_day = active_changes.usage_date
    left join read_days
        on
            usage_scopes.usage_scope_level = read_days.usage_scope_level
            and usage_scopes.usage_scope = read_days.usage_scope
            and days.date_day = read_days.usage_date
    window running_scope as (
        partition by
            usage_scopes.usage_scope_level,
            usage_scopes.usage_scope,
            team_scopes.team_scope_level,
            team_scopes.team_scope
        order by days.date_day
        rows between unbounded preceding and current row
    )

),

-- Nobody seen on days that nobody read is unknown, not none; of a window that was read in part
-- it is at least so many.
known_counts as (

    select
        usage_date,
        usage_scope_level,
        usage_scope,
        team_scope_level,
        team_scope,
        is_use_read,
        n_read_days_7d,
        n_read_days_28d,
        {% for is_known, counts in {
            'is_use_read': ['n_active_people_1d', 'n_listed_1d', 'n_new_people'],
            'n_read_days_7d > 0': ['n_active_people_7d', 'n_listed_7d'],
            'n_read_days_28d > 0': ['n_active_people_28d', 'n_listed_28d']
        }.items() %}
        {% for count in counts %}
        case when {{ is_known }} then {{ count }} else nullif({{ count }}, 0) end as {{ count }},
        {% endfor %}
        {% endfor %}
        n_active_people_28d as n_counted_people_28d
    from active_counts

),

-- The people whom the shown teams leave over of everybody are no fewer than five: else the
-- smallest are not shown.
large_teams as (

    select
        usage_date,
        team_scope,
        n_active_people_28d,
        -- This team and all that are larger.
        sum(n_active_people_28d) over (
            partition by usage_date
            order by n_active_people_28d desc, team_scope desc
            rows between unbounded preceding and current row
        ) as n_people_so_far
    from known_counts
    where
        usage_scope_level = 'all'
        and team_scope_level = 'team'
        and n_active_people_28d >= {{ fewest_people() }}

),

small_teams as (

    select
        usage_date,
        sum(n_active_people_28d) as n_small_people
    from known_counts
    where
        usage_scope_level = 'all'
        and team_scope_level = 'team'
        and n_active_people_28d < {{ fewest_people() }}
    group by usage_date

),

shown_teams as (

    select
        large_teams.usage_date,
        large_teams.team_scope
    from large_teams
    inner join known_counts as everybody
        on
            large_teams.usage_date = everybody.usage_date
            and everybody.usage_scope_level = 'all'
            and everybody.team_scope_level = 'all'
    left join small_teams
        on large_teams.usage_date = small_teams.usage_date
    where
        coalesce(small_teams.n_small_people, 0) = 0
        or everybody.n_active_people_28d - large_teams.n_people_so_far >= {{ fewest_people() }}

),

told_counts as (

    select
        known_counts.usage_date,
        known_counts.usage_scope_level,
        known_counts.usage_scope,
        known_counts.team_scope_level,
        known_counts.team_scope,
        known_counts.is_use_read,
        known_counts.n_read_days_7d,
        known_counts.n_read_days_28d,
        known_counts.n_counted_people_28d,
        {% for count in [
            'n_active_people_1d', 'n_active_people_7d', 'n_listed_1d', 'n_listed_7d', 'n_new_people'
        ] %}
        case
            when known_counts.team_scope_level = 'all'
                then {{ unless_few_people('known_counts.' ~ count) }}
        end as {{ count }},
        {% endfor %}
        {% for count in ['n_active_people_28d', 'n_listed_28d'] %}
        case
            when known_counts.team_scope_level = 'all' or shown_teams.team_scope is not null
                then {{ unless_few_people('known_counts.' ~ count) }}
        end as {{ count }},
        {% endfor %}
        case
            when known_counts.team_scope_level = 'all'
                then
                    {{ unless_few_people(
                        '(known_counts.n_active_people_1d - known_counts.n_new_people)'
                    ) }}
        end as n_returning_people
    from known_counts
    left join shown_teams
        on
            known_counts.usage_date = shown_teams.usage_date
            and known_counts.team_scope = shown_teams.team_scope
            and known_counts.usage_scope_level = 'all'
            and known_counts.team_scope_level = 'team'

),

final as (

    select
        told_counts.usage_date,
        told_counts.usage_scope_level,
        told_counts.usage_scope,
        told_counts.team_scope_level,
        told_counts.team_scope,
        cast(told_counts.n_active_people_1d as {{ dbt.type_bigint() }}) as n_active_people_1d,
        cast(told_counts.n_active_people_7d as {{ dbt.type_bigint() }}) as n_active_people_7d,
        cast(told_counts.n_active_people_28d as {{ dbt.type_bigint() }}) as n_active_people_28d,
        cast(told_counts.n_listed_1d as {{ dbt.type_bigint() }}) as n_listed_active_people_1d,
        cast(told_counts.n_listed_7d as {{ dbt.type_bigint() }}) as n_listed_active_people_7d,
        cast(told_counts.n_listed_28d as {{ dbt.type_bigint() }}) as n_listed_active_people_28d,
        cast(member_counts.n_people_1d as {{ dbt.type_bigint() }}) as n_people_1d,
        cast(member_counts.n_people_7d as {{ dbt.type_bigint() }}) as n_people_7d,
        cast(member_counts.n_people_28d as {{ dbt.type_bigint() }}) as n_people_28d,
        {{ share_of('told_counts.n_listed_1d', 'member_counts.n_people_1d') }}
            as adoption_1d_share,
        {{ share_of('told_counts.n_listed_7d', 'member_counts.n_people_7d') }}
            as adoption_7d_share,
        {{ share_of('told_counts.n_listed_28d', 'member_counts.n_people_28d') }}
            as adoption_28d_share,
        -- Each of the two would tell the other, of those who were active.
        case when told_counts.n_returning_people is not null then told_counts.n_new_people end
            as n_new_people,
        cast(
            case when told_counts.n_new_people is not null then told_counts.n_returning_people end
            as {{ dbt.type_bigint() }}
        ) as n_returning_people,
        told_counts.is_use_read as is_read_day,
        told_counts.n_read_days_7d = 7 as has_full_7d_window,
        told_counts.n_read_days_28d = 28 as has_full_28d_window,
        day_versions.is_provisional,
        {{ surrogate_key([
            'told_counts.usage_date', 'told_counts.usage_scope_level',
            'told_counts.usage_scope', 'told_counts.team_scope_level',
            'told_counts.team_scope'
        ]) }} as active_people_id
    from told_counts
    inner join day_versions
        on told_counts.usage_date = day_versions.usage_date
    inner join member_counts
        on
            told_counts.team_scope_level = member_counts.team_scope_level
            and told_counts.team_scope = member_counts.team_scope
            and told_counts.usage_date = member_counts.usage_date
    -- A team that is gone, and nobody of it active: no row.
    where told_counts.n_counted_people_28d > 0 or member_counts.n_people_28d > 0

)

select * from final
