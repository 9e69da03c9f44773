{#
One row per loaded UTC day, usage scope (platform, category or all) and team scope (team, no team or all): how many
people were active that day, in the seven days and in the 28 days that end with it. Exact; people are counted, not added.
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

final as (

    select
        active_counts.usage_date,
        active_counts.usage_scope_level,
        active_counts.usage_scope,
        active_counts.team_scope_level,
        active_counts.team_scope,
        cast(active_counts.n_active_people_1d as {{ dbt.type_bigint() }}) as n_active_people_1d,
        cast(active_counts.n_active_people_7d as {{ dbt.type_bigint() }}) as n_active_people_7d,
        cast(active_counts.n_active_people_28d as {{ dbt.type_bigint() }}) as n_active_people_28d,
        cast(active_counts.n_listed_1d as {{ dbt.type_bigint() }}) as n_listed_active_people_1d,
        cast(active_counts.n_listed_7d as {{ dbt.type_bigint() }}) as n_listed_active_people_7d,
        cast(active_counts.n_listed_28d as {{ dbt.type_bigint() }}) as n_listed_active_people_28d,
        cast(member_counts.n_people_1d as {{ dbt.type_bigint() }}) as n_people_1d,
        cast(member_counts.n_people_7d as {{ dbt.type_bigint() }}) as n_people_7d,
        cast(member_counts.n_people_28d as {{ dbt.type_bigint() }}) as n_people_28d,
        {{ share_of('active_counts.n_listed_1d', 'member_counts.n_people_1d') }}
            as adoption_1d_share,
        {{ share_of('active_counts.n_listed_7d', 'member_counts.n_people_7d') }}
            as adoption_7d_share,
        {{ share_of('active_counts.n_listed_28d', 'member_counts.n_people_28d') }}
            as adoption_28d_share,
        active_counts.n_new_people,
        cast(
            active_counts.n_active_people_1d - active_counts.n_new_people
            as {{ dbt.type_bigint() }}
        ) as n_returning_people,
        active_counts.usage_date
        >= cast({{ dbt.dateadd('day', 6, 'day_range.first_date') }} as date) as has_full_7d_window,
        active_counts.usage_date
        >= cast({{ dbt.dateadd('day', 27, 'day_range.first_date') }} as date)
            as has_full_28d_window,
        day_versions.is_provisional,
        {{ surrogate_key([
            'active_counts.usage_date', 'active_counts.usage_scope_level',
            'active_counts.usage_scope', 'active_counts.team_scope_level',
            'active_counts.team_scope'
        ]) }} as active_people_id
    from active_counts
    cross join day_range
    inner join day_versions
        on active_counts.usage_date = day_versions.usage_date
    inner join member_counts
        on
            active_counts.team_scope_level = member_counts.team_scope_level
            and active_counts.team_scope = member_counts.team_scope
            and active_counts.usage_date = member_counts.usage_date
    -- A team that is gone, and nobody of it active: no row.
    where active_counts.n_active_people_28d > 0 or member_counts.n_people_28d > 0

)

select * from final
