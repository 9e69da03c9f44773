{#
One row per ISO week, shown team and coding agent: how many of the team used it, what was done, what it cost.
#}
with

team_days as (

    select * from {{ ref('mart_engineering__team_daily') }}

),

shown_teams as (

    select * from {{ ref('int_identity__shown_teams') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}
    where platform in ('cursor', 'claude_code')

),

people as (

    select * from {{ ref('dim_people') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

observed_days as (

    select * from {{ ref('int_usage__observed_days') }}

),

-- Days of a week on which somebody's use of the platform could have been seen at all.
observed_weeks as (

    select
        platform,
        {{ trunc_date('week', 'usage_date') }} as week_start_date,
        count(*) as n_observed_days
    from observed_days
    group by platform, week_start_date

),

weeks as (

    select
        {{ trunc_date('week', 'usage_date') }} as week_start_date,
        count(case when is_usage_loaded then 1 end) as n_week_days_loaded,
        max(case when is_provisional then 1 else 0 end) as provisional_flag,
        min(usage_date) as first_date,
        max(usage_date) as last_date
    from day_versions
    group by week_start_date

),

sums as (

    select
        platform,
        team_name,
        {{ sum_units('n_lines_added') }} as n_lines_added,
        {{ sum_units('n_accepted_lines_added') }} as n_accepted_lines_added,
        {{ sum_units('n_comparable_accepted_lines_added') }} as n_comparable_accepted_lines_added,
        {{ sum_units('n_comparable_lines_added') }} as n_comparable_lines_added,
        {{ sum_units('n_tabs_accepted') }} as n_tabs_accepted,
        {{ sum_units('n_tabs_shown') }} as n_tabs_shown,
        {{ sum_units('n_comparable_tabs_accepted') }} as n_comparable_tabs_accepted,
        {{ sum_units('n_comparable_tabs_shown') }} as n_comparable_tabs_shown,
        {{ sum_units('n_tool_actions_accepted') }} as n_tool_actions_accepted,
        {{ sum_units('n_tool_actions_rejected') }} as n_tool_actions_rejected,
        {{ sum_units('n_sessions') }} as n_sessions,
        {{ sum_units('n_commits') }} as n_commits,
        {{ sum_units('n_pull_requests') }} as n_pull_requests,
        {{ sum_units('n_requests') }} as n_requests,
        sum(usage_cost_usd) as usage_cost_usd,
        sum(seat_cost_usd) as seat_cost_usd,
        sum(total_cost_usd) as total_cost_usd,
        sum(notional_cost_usd) as notional_cost_usd,
        {{ trunc_date('week', 'usage_date') }} as week_start_date
    from team_days
    group by platform, team_name, week_start_date

),

active as (

    select
        active_person_days.platform,
        {{ shown_team_name('active_person_days.team_name') }} as team_name,
        count(distinct active_person_days.person_key) as n_active_people,
        count(*) as n_active_person_days,
        {{ trunc_date('week', 'active_person_days.usage_date') }} as week_start_date
    from active_person_days
    inner join shown_teams
        on
            active_person_days.platform = shown_teams.usage_scope
            and coalesce(active_person_days.team_name, '') = coalesce(shown_teams.team_name, '')
            and {{ trunc_date('week', 'active_person_days.usage_date') }}
            = shown_teams.week_start_date
    group by
        active_person_days.platform,
        {{ shown_team_name('active_person_days.team_name') }},
        {{ trunc_date('week', 'active_person_days.usage_date') }}

),

platform_weeks as (

    select
        platform,
        week_start_date
    from sums
    group by platform, week_start_date

),

-- Whoever belonged to the team on a loaded day of the week; a change of team counts in both, as
-- their use does.
team_sizes as (

    select
        people.team_name,
        count(distinct people.person_id) as n_team_people,
        weeks.week_start_date
    from weeks
    inner join people
        on
            weeks.last_date >= people.valid_from_date
            and weeks.first_date < people.valid_to_date
    where people.team_name is not null
    group by people.team_name, weeks.week_start_date

),

-- A team in which nobody used a platform that week has a row of zero people: that is adoption, too.
row_keys as (

    select
        platform_weeks.platform,
        team_sizes.team_name,
        team_sizes.week_start_date
    from team_sizes
    inner join platform_weeks
        on team_sizes.week_start_date = platform_weeks.week_start_date
    inner join shown_teams
        on
            platform_weeks.platform = shown_teams.usage_scope
            and team_sizes.team_name = shown_teams.team_name
            and team_sizes.week_start_date = shown_teams.week_start_date
    where shown_teams.is_team_shown

    union distinct

    select
        platform,
        team_name,
        week_start_date
    from sums

),

-- Who is counted of each row, before what says something of one to four people is left out.
counted as (

    select
        row_keys.week_start_date,
        row_keys.team_name,
        row_keys.platform,
        coalesce(observed_weeks.n_observed_days, 0) as n_observed_days,
        -- Nobody seen is nobody active only where somebody looked.
        coalesce(
            active.n_active_people, case when observed_weeks.n_observed_days > 0 then 0 end
        ) as n_active_people,
        coalesce(
            active.n_active_person_days, case when observed_weeks.n_observed_days > 0 then 0 end
        ) as n_active_person_days
    from row_keys
    left join observed_weeks
        on
            row_keys.platform = observed_weeks.platform
            and row_keys.week_start_date = observed_weeks.week_start_date
    left join active
        on
            row_keys.platform = active.platform
            and row_keys.week_start_date = active.week_start_date
            and coalesce(row_keys.team_name, '') = coalesce(active.team_name, '')

),

final as (

    select
        counted.week_start_date,
        counted.team_name,
        counted.platform,
        {{ unless_few_people('counted.n_active_people') }} as n_active_people,
        team_sizes.n_team_people,
        {{ share_of(unless_few_people('counted.n_active_people'), 'team_sizes.n_team_people') }}
            as adoption_share,
        {{ unless_few_people('counted.n_active_people', 'counted.n_active_person_days') }}
            as n_active_person_days,
        sums.n_lines_added,
        sums.n_accepted_lines_added,
        sums.n_comparable_accepted_lines_added,
        sums.n_comparable_lines_added,
        {{ share_of('sums.n_comparable_accepted_lines_added', 'sums.n_comparable_lines_added') }}
            as line_acceptance_share,
        sums.n_tabs_accepted,
        sums.n_tabs_shown,
        sums.n_comparable_tabs_accepted,
        sums.n_comparable_tabs_shown,
        {{ share_of('sums.n_comparable_tabs_accepted', 'sums.n_comparable_tabs_shown') }}
            as tab_acceptance_share,
        sums.n_tool_actions_accepted,
        sums.n_tool_actions_rejected,
        sums.n_tool_actions_accepted + sums.n_tool_actions_rejected as n_tool_actions_reviewed,
        {{ share_of(
            'sums.n_tool_actions_accepted',
            '(sums.n_tool_actions_accepted + sums.n_tool_actions_rejected)'
        ) }} as tool_acceptance_share,
        sums.n_sessions,
        sums.n_commits,
        sums.n_pull_requests,
        sums.n_requests,
        weeks.n_week_days_loaded,
        cast(sums.usage_cost_usd as {{ numeric_type() }}) as usage_cost_usd,
        cast(sums.seat_cost_usd as {{ numeric_type() }}) as seat_cost_usd,
        cast(sums.total_cost_usd as {{ numeric_type() }}) as total_cost_usd,
        cast(sums.notional_cost_usd as {{ numeric_type() }}) as notional_cost_usd,
        {{ proportional_part(
            'sums.total_cost_usd', '1', unless_few_people('counted.n_active_people')
        ) }}
            as cost_usd_per_active_person,
        weeks.n_week_days_loaded = 7 and counted.n_observed_days = 7
            as is_complete_week,
        weeks.provisional_flag = 1 as is_provisional,
        {{ surrogate_key(['counted.week_start_date', 'counted.platform', 'counted.team_name']) }}
            as team_weekly_id
    from counted
    inner join weeks
        on counted.week_start_date = weeks.week_start_date
    left join sums
        on
            counted.platform = sums.platform
            and counted.week_start_date = sums.week_start_date
            and coalesce(counted.team_name, '') = coalesce(sums.team_name, '')
    left join team_sizes
        on
            counted.team_name = team_sizes.team_name
            and counted.week_start_date = team_sizes.week_start_date

)

select * from final
