{#
One row per ISO week, shown team and AI assistant: what was done with it, by how many, and what it cost. Without people, for
every reader.
#}
with

knowledge_workers as (

    select * from {{ ref('mart_knowledge_workers__daily') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}
    where category = 'ai_assistants'

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
    'n_conversations', 'n_projects', 'n_files', 'n_messages', 'n_slack_messages', 'n_active_events',
    'n_chat_app_active_events', 'n_document_active_events', 'n_communication_active_events',
    'n_other_app_active_events', 'n_conversation_events', 'n_not_active_events'
] %}
{% set costs = ['usage_cost_usd', 'seat_cost_usd', 'total_cost_usd'] %}
summed as (

    select
        knowledge_workers.platform,
        {{ shown_team_name('knowledge_workers.team_name') }} as team_name,
        {% for measure in measures %}
        {{ sum_units(
            'case when not coalesce(shown_teams.has_few_people, false) then knowledge_workers.'
            ~ measure ~ ' end'
        ) }} as {{ measure }},
        {% endfor %}
        {% for cost in costs %}
        sum(knowledge_workers.{{ cost }}) as {{ cost }},
        {% endfor %}
        {{ trunc_date('week', 'knowledge_workers.usage_date') }} as week_start_date
    from knowledge_workers
    left join shown_teams
        on
            knowledge_workers.platform = shown_teams.usage_scope
            and coalesce(knowledge_workers.team_name, '') = coalesce(shown_teams.team_name, '')
            and {{ trunc_date('week', 'knowledge_workers.usage_date') }}
            = shown_teams.week_start_date
    group by
        knowledge_workers.platform,
        {{ shown_team_name('knowledge_workers.team_name') }},
        {{ trunc_date('week', 'knowledge_workers.usage_date') }}

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
        max(case when is_provisional then 1 else 0 end) as provisional_flag
    from day_versions
    group by week_start_date

),

counted as (

    select
        summed.*,
        coalesce(observed_weeks.n_observed_days, 0) as n_observed_days,
        -- Nobody seen is nobody active only where somebody looked.
        coalesce(
            active.n_active_people, case when observed_weeks.n_observed_days > 0 then 0 end
        ) as n_active_people,
        coalesce(
            active.n_active_person_days, case when observed_weeks.n_observed_days > 0 then 0 end
        ) as n_active_person_days
    from summed
    left join observed_weeks
        on
            summed.platform = observed_weeks.platform
            and summed.week_start_date = observed_weeks.week_start_date
    left join active
        on
            summed.platform = active.platform
            and summed.week_start_date = active.week_start_date
            and coalesce(summed.team_name, '') = coalesce(active.team_name, '')

),

final as (

    select
        counted.week_start_date,
        counted.team_name,
        counted.platform,
        {{ unless_few_people('counted.n_active_people') }} as n_active_people,
        {{ unless_few_people('counted.n_active_people', 'counted.n_active_person_days') }}
            as n_active_person_days,
        {% for measure in measures %}
        counted.{{ measure }},
        {% endfor %}
        weeks.n_week_days_loaded,
        {% for cost in costs %}
        cast(counted.{{ cost }} as {{ numeric_type() }}) as {{ cost }},
        {% endfor %}
        {{ proportional_part(
            'counted.total_cost_usd', '1', unless_few_people('counted.n_active_people')
        ) }} as cost_usd_per_active_person,
        weeks.n_week_days_loaded = 7 and counted.n_observed_days = 7 as is_complete_week,
        weeks.provisional_flag = 1 as is_provisional,
        {{ surrogate_key(['counted.week_start_date', 'counted.platform', 'counted.team_name']) }}
            as team_weekly_id
    from counted
    inner join weeks
        on counted.week_start_date = weeks.week_start_date

)

select * from final
