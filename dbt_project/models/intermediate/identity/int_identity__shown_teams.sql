{#
One row per use, ISO week, workspace (of the API alone) and team: whether behaviour of the team's people is shown under the
team's name to every reader, or merged into that of other teams. The only place that decides so: what each mart shows is made
of the same groups, so that no table gives back what another one merges.

A group is judged over a period of four ISO weeks by its smallest week. The weeks at both ends of what is loaded are
judged with their neighbours, for there are few people in half a week.
#}
{{ config(materialized='table') }}
with

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

cursor_daily as (

    select * from {{ ref('int_usage__cursor_daily') }}
    where n_api_key_requests > 0

),

message_lines as (

    select * from {{ ref('int_usage__message_lines') }}

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}
    where platform = 'claude_api'

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where owner_email is not null

),

people as (

    select * from {{ ref('int_identity__people') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

-- The weeks that are loaded as a whole.
full_weeks as (

    select
        {{ trunc_date(
            'week', 'cast(' ~ dbt.dateadd('day', 6, 'min(usage_date)') ~ ' as date)'
        ) }} as first_week_date,
        {{ trunc_date(
            'week', 'cast(' ~ dbt.dateadd('day', -6, 'max(usage_date)') ~ ' as date)'
        ) }} as last_week_date
    from day_versions
    where is_usage_loaded

),

started_weeks as (

    select distinct {{ trunc_date('week', 'usage_date') }} as week_start_date
    from day_versions

),

judged_weeks as (

    select
        started_weeks.week_start_date,
        coalesce(
            least(
                greatest(started_weeks.week_start_date, full_weeks.first_week_date),
                full_weeks.last_week_date
            ),
            started_weeks.week_start_date
        ) as week_date
    from started_weeks
    cross join full_weeks

),

weeks as (

    select
        week_start_date,
        week_date,
        {{ four_weeks_date('week_date') }} as period_date
    from judged_weeks

),

periods as (

    select
        period_date,
        min(week_start_date) as first_date,
        max(week_start_date) as last_week_date
    from weeks
    group by period_date

),

-- Whoever used it; of the API, where. Requests over an own key are another use of Cursor than
-- its seats.
person_days as (

    select
        platform as usage_scope,
        '' as workspace_key,
        coalesce(team_name, '') as team_key,
        person_key,
        usage_date
    from active_person_days
    where platform <> 'claude_api'

    union all

    select
        'cursor_api_key' as usage_scope,
        '' as workspace_key,
        coalesce(chosen.team_name, '') as team_key,
        coalesce(chosen.person_id, chosen.owner_email) as person_key,
        cursor_daily.usage_date
    from cursor_daily
    inner join chosen
        on
            chosen.platform = 'cursor'
            and chosen.actor_type = 'person'
            and cursor_daily.user_email = chosen.actor_id
            and cursor_daily.usage_date = chosen.usage_date

    union all

    select
        'claude_api' as usage_scope,
        message_lines.workspace_key,
        coalesce(chosen.team_name, '') as team_key,
        coalesce(chosen.person_id, chosen.owner_email) as person_key,
        message_lines.usage_date
    from message_lines
    inner join detected_platforms
        on
            message_lines.actor_type = detected_platforms.actor_type
            and message_lines.actor_id = detected_platforms.actor_id
            and message_lines.workspace_key = detected_platforms.workspace_key
            and message_lines.usage_date = detected_platforms.usage_date
    inner join chosen
        on
            chosen.platform = 'claude_api'
            and message_lines.actor_type = chosen.actor_type
            and message_lines.actor_id = chosen.actor_id
            and message_lines.usage_date = chosen.usage_date

),

users as (

    select distinct
        person_days.usage_scope,
        person_days.workspace_key,
        person_days.team_key,
        person_days.person_key,
        weeks.week_date,
        weeks.period_date
    from person_days
    inner join weeks
        on {{ trunc_date('week', 'person_days.usage_date') }} = weeks.week_start_date

),

shown_workspaces as (

    {{ shown_groups('users', within=['usage_scope'], group='workspace_key') }}

),

-- A team within a workspace that is shown, or within all others together.
workspace_users as (

    select
        users.*,
        shown_workspaces.is_shown as is_workspace_shown,
        case when shown_workspaces.is_shown then users.workspace_key else 'others' end
            as workspace_group
    from users
    inner join shown_workspaces
        on
            users.usage_scope = shown_workspaces.usage_scope
            and users.workspace_key = shown_workspaces.workspace_key
            and users.period_date = shown_workspaces.period_date

),

shown_teams as (

    {{ shown_groups(
        'workspace_users', within=['usage_scope', 'workspace_group'], group='team_key'
    ) }}

),

shown_users as (

    select
        workspace_users.*,
        shown_teams.is_shown as is_team_shown,
        case when shown_teams.is_shown then workspace_users.team_key else 'others' end
            as team_group
    from workspace_users
    inner join shown_teams
        on
            workspace_users.usage_scope = shown_teams.usage_scope
            and workspace_users.workspace_group = shown_teams.workspace_group
            and workspace_users.team_key = shown_teams.team_key
            and workspace_users.period_date = shown_teams.period_date

),

-- Even all of those who are left over may be few: then nothing is shown of them.
few_people as (

    select
        usage_scope,
        workspace_group,
        team_group,
        week_date
    from shown_users
    group by usage_scope, workspace_group, team_group, week_date
    having count(distinct person_key) < {{ fewest_people() }}

),

used as (

    select distinct
        usage_scope,
        workspace_key,
        workspace_group,
        team_key,
        team_group,
        is_workspace_shown,
        is_team_shown,
        period_date
    from shown_users

),

-- That nobody of a large team used it says nothing about one of them.
large_teams as (

    select
        people.team_name as team_key,
        periods.period_date
    from periods
    inner join people
        on
            periods.first_date >= people.valid_from_date
            and periods.last_week_date < people.valid_to_date
    where people.team_name is not null
    group by people.team_name, periods.period_date
    having count(distinct people.person_id) >= {{ fewest_people() }}

),

unused as (

    select
        platforms.platform as usage_scope,
        large_teams.team_key,
        large_teams.period_date
    from large_teams
    cross join platforms
    left join used
        on
            platforms.platform = used.usage_scope
            and large_teams.team_key = used.team_key
            and large_teams.period_date = used.period_date
    where used.team_key is null and platforms.platform <> 'claude_api'

),

final as (

    select
        used.usage_scope,
        nullif(used.workspace_key, '') as workspace_key,
        nullif(used.team_key, '') as team_name,
        weeks.week_start_date,
        used.is_workspace_shown,
        used.is_team_shown,
        few_people.week_date is not null as has_few_people
    from used
    inner join weeks
        on used.period_date = weeks.period_date
    left join few_people
        on
            used.usage_scope = few_people.usage_scope
            and used.workspace_group = few_people.workspace_group
            and used.team_group = few_people.team_group
            and weeks.week_date = few_people.week_date

    union all

    select
        unused.usage_scope,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        unused.team_key as team_name,
        weeks.week_start_date,
        true as is_workspace_shown,
        true as is_team_shown,
        false as has_few_people
    from unused
    inner join weeks
        on unused.period_date = weeks.period_date

)

select * from final
