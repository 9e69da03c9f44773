{#
One row per UTC day, shown team and coding agent: what was done with it, and what it cost. Without people, for every reader.
#}
{{ daily_table('usage_date', cluster_by=['platform', 'team_name']) }}
with

productivity as (

    select * from {{ ref('mart_engineering__productivity_daily') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}
    where platform in ('cursor', 'claude_code')

),

observed_days as (

    select * from {{ ref('int_usage__observed_days') }}

),

shown_teams as (

    select * from {{ ref('int_identity__shown_teams') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

{% set measures = [
    'n_lines_added', 'n_accepted_lines_added', 'n_comparable_accepted_lines_added',
    'n_comparable_lines_added', 'n_tabs_accepted', 'n_tabs_shown', 'n_comparable_tabs_accepted',
    'n_comparable_tabs_shown', 'n_tool_actions_accepted', 'n_tool_actions_rejected', 'n_sessions',
    'n_commits', 'n_pull_requests', 'n_requests'
] %}
{% set costs = ['usage_cost_usd', 'seat_cost_usd', 'total_cost_usd', 'notional_cost_usd'] %}
summed as (

    select
        productivity.platform,
        {{ shown_team_name('productivity.team_name') }} as team_name,
        {% for measure in measures %}
        {{ sum_units(
            'case when not coalesce(shown_teams.has_few_people, false) then productivity.'
            ~ measure ~ ' end'
        ) }} as {{ measure }},
        {% endfor %}
        {% for cost in costs %}
        sum(productivity.{{ cost }}) as {{ cost }},
        {% endfor %}
        productivity.usage_date
    from productivity
    left join shown_teams
        on
            productivity.platform = shown_teams.usage_scope
            and coalesce(productivity.team_name, '') = coalesce(shown_teams.team_name, '')
            and {{ trunc_date('week', 'productivity.usage_date') }} = shown_teams.week_start_date
    group by
        productivity.platform,
        {{ shown_team_name('productivity.team_name') }},
        productivity.usage_date

),

active as (

    select
        active_person_days.platform,
        {{ shown_team_name('active_person_days.team_name') }} as team_name,
        count(distinct active_person_days.person_key) as n_active_people,
        active_person_days.usage_date
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
        active_person_days.usage_date

),

final as (

    select
        summed.usage_date,
        summed.team_name,
        summed.platform,
        -- Nobody seen is nobody active only where somebody looked.
        {{ unless_few_people(
            'coalesce(active.n_active_people, case when observed_days.platform is not null then 0 end)'
        ) }} as n_active_people,
        {% for measure in measures %}
        summed.{{ measure }},
        {% if measure == 'n_tool_actions_rejected' %}
        summed.n_tool_actions_accepted + summed.n_tool_actions_rejected as n_tool_actions_reviewed,
        {% endif %}
        {% endfor %}
        {% for cost in costs %}
        cast(summed.{{ cost }} as {{ numeric_type() }}) as {{ cost }},
        {% endfor %}
        day_versions.is_provisional,
        {{ surrogate_key(['summed.usage_date', 'summed.platform', 'summed.team_name']) }}
            as team_daily_id
    from summed
    inner join day_versions
        on summed.usage_date = day_versions.usage_date
    left join observed_days
        on
            summed.platform = observed_days.platform
            and summed.usage_date = observed_days.usage_date
    left join active
        on
            summed.platform = active.platform
            and summed.usage_date = active.usage_date
            and coalesce(summed.team_name, '') = coalesce(active.team_name, '')

)

select * from final
