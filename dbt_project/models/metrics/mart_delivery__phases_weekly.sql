{#
One row per whole ISO week, scope (the company or a team) and phase of a pull request: how long the phase took where it
ended in that week.

A phase counts in the week in which it ended, so that a week that is over stays as it is.
#}
with

pull_requests as (

    select * from {{ ref('mart_delivery__pull_requests') }}
    where not is_bot

),

ended as (
{% for phase, ended_at in [
    ('coding', 'created_at'),
    ('pickup', 'picked_up_at'),
    ('review', 'merged_at'),
    ('deploy', 'deployed_at'),
    ('cycle', 'merged_at'),
] %}
    select
        '{{ phase }}' as phase,
        coalesce(team_name, '') as team_text,
        coalesce(person_email, lower(author_login), 'deleted') as person_key,
        {{ phase }}_seconds as seconds,
        {{ trunc_date('week', 'cast(' ~ ended_at ~ ' as date)') }} as week_date
    from pull_requests
    where
        {{ phase }}_seconds is not null
        and {{ is_loaded_whole(trunc_date('week', 'cast(' ~ ended_at ~ ' as date)')) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

users as (

    select
        *,
        {{ four_weeks_date('week_date') }} as period_date
    from ended
    where {{ dbt.dateadd('day', 7, 'week_date') }} <= {{ as_of_date() }}

),

-- Those who stand behind a phase are other people than those who opened something that week.
shown_teams as (

    {{ shown_groups('users', ['phase'], 'team_text') }}

),

scoped as (

    select
        phase,
        week_date,
        person_key,
        seconds,
        'company' as phase_scope,
        cast(null as {{ dbt.type_string() }}) as shown_team
    from users

    union all

    select
        users.phase,
        users.week_date,
        users.person_key,
        users.seconds,
        'team' as phase_scope,
        case
            when shown_teams.is_shown then nullif(users.team_text, '') else 'other teams'
        end as shown_team
    from users
    inner join shown_teams
        on
            users.phase = shown_teams.phase
            and users.period_date = shown_teams.period_date
            and users.team_text = shown_teams.team_text

),

ranked as (

    select
        *,
        row_number() over (
            partition by phase, week_date, phase_scope, shown_team
            order by seconds
        ) as place,
        count(*) over (partition by phase, week_date, phase_scope, shown_team) as n_ended
    from scoped

),

measured as (

    select
        phase,
        week_date,
        phase_scope,
        shown_team,
        count(*) as n_ended,
        count(distinct person_key) as n_authors,
        {{ ranked_median('seconds', 'place', 'n_ended') }} as p50_seconds,
        {{ ranked_p90('seconds', 'place', 'n_ended') }} as p90_seconds
    from ranked
    group by phase, week_date, phase_scope, shown_team

)

select
    week_date as week_start_date,
    phase_scope,
    shown_team as team_name,
    phase,
    {{ unless_few_people('n_authors', 'p50_seconds') }} as phase_p50_seconds,
    {{ unless_few_people('n_authors', 'p90_seconds') }} as phase_p90_seconds,
    {{ unless_few_people('n_authors', 'n_ended') }} as n_ended_pull_requests,
    case when n_authors < {{ fewest_people() }} then 'few_people' end as phase_null_reason,
    {{ surrogate_key(['week_date', 'phase_scope', 'shown_team', 'phase']) }} as phase_weekly_id
from measured
