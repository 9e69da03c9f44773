{#
One row per source of metrics, environment, scope (a team, all teams that are not shown by name, or
everybody) and UTC day, from the first day on which anything at all is known: what was observed. Teams
are judged as everywhere by their smallest week of four, here by who stands behind what is observed in
that environment; weeks at both ends, of which a part alone is loaded, with their neighbours.
#}
with

observations as (

    select * from {{ ref('int_delivery__metric_observations') }}
    where observed_date < {{ as_of_date() }}

),

-- Of pull requests it is known since when they are loaded, and of deployments to where GitHub tells
-- of some; of what CI records, since it first did.
pull_requests_loaded as (

    select min(coverage_start_date) as loaded_since_date
    from {{ ref('stg_github__coverage') }}
    where resource_name = 'pull_requests'

),

deployments_loaded as (

    select
        coalesce(judged_deployments.deployment_environment, '') as environment_key,
        min(coverage.coverage_start_date) as loaded_since_date
    from {{ ref('int_delivery__judged_deployments') }} as judged_deployments
    inner join {{ ref('stg_github__coverage') }} as coverage
        on
            judged_deployments.repository_id = coverage.repository_id
            and coverage.resource_name = 'deployments'
    where judged_deployments.known_by <> 'ci'
    group by environment_key

),

span as (

    select
        min(observed_date) as first_date,
        cast({{ dbt.dateadd('day', -1, as_of_date()) }} as date) as last_date
    from observations

),

full_weeks as (

    select
        {{ trunc_date('week', 'cast(' ~ dbt.dateadd('day', 6, 'first_date') ~ ' as date)') }}
            as first_week_date,
        {{ trunc_date('week', 'cast(' ~ dbt.dateadd('day', -6, 'last_date') ~ ' as date)') }}
            as last_week_date
    from span

),

calendar as (

    {{ date_rows('(select first_date from span)', '(select last_date from span)') }}

),

days as (

    select
        calendar.date_day,
        least(
            greatest({{ trunc_date('week', 'calendar.date_day') }}, full_weeks.first_week_date),
            full_weeks.last_week_date
        ) as week_date
    from calendar
    cross join full_weeks

),

judged_days as (

    select
        date_day,
        week_date,
        {{ four_weeks_date('week_date') }} as period_date
    from days

),

users as (

    select distinct
        observations.metric_source,
        observations.environment_key,
        observations.team_text,
        observations.author_key as person_key,
        judged_days.week_date,
        judged_days.period_date
    from observations
    inner join judged_days on observations.observed_date = judged_days.date_day
    where observations.author_key is not null

),

shown_teams as (

    {{ shown_groups('users', ['metric_source', 'environment_key'], 'team_text') }}

),

named as (

    select
        observations.*,
        judged_days.week_date,
        judged_days.period_date,
        case
            when shown_teams.is_shown then nullif(observations.team_text, '')
            when observations.team_text <> '' or shown_teams.is_shown is not null
                then 'other teams'
        end as team_scope
    from observations
    inner join judged_days on observations.observed_date = judged_days.date_day
    left join shown_teams
        on
            observations.metric_source = shown_teams.metric_source
            and observations.environment_key = shown_teams.environment_key
            and observations.team_text = shown_teams.team_text
            and judged_days.period_date = shown_teams.period_date

),

scoped as (

    select
        *,
        'all' as scope_level,
        'all' as scope
    from named

    union all

    select
        *,
        'team' as scope_level,
        team_scope as scope
    from named
    where team_scope is not null

),

-- Even all of those who are left over may be few.
few_people as (

    select
        metric_source,
        environment_key,
        scope_level,
        scope,
        week_date
    from scoped
    group by metric_source, environment_key, scope_level, scope, week_date
    having count(distinct author_key) between 1 and {{ fewest_people() }} - 1

),

ranked as (

    select
        *,
        row_number() over (
            partition by metric_source, environment_key, scope_level, scope, observed_date
            order by case when measured_value is null then 1 else 0 end, measured_value
        ) as place,
        count(measured_value) over (
            partition by metric_source, environment_key, scope_level, scope, observed_date
        ) as n_known
    from scoped
    where is_observed

),

sums as (

    select
        metric_source,
        environment_key,
        scope_level,
        scope,
        observed_date,
        count(*) as n_observations,
        {{ sum_units('n_counted') }} as n_counted,
        {{ sum_units('n_of') }} as n_of,
        sum(measured_value) as value_sum,
        {{ ranked_median('measured_value', 'place', 'n_known') }} as median_value
    from ranked
    group by metric_source, environment_key, scope_level, scope, observed_date

),

coverage as (

    select
        observations.metric_source,
        observations.environment_key,
        min(
            case observations.metric_source
                when 'pull_requests'
                    then
                        coalesce(
                            pull_requests_loaded.loaded_since_date, observations.observed_date
                        )
                when 'deployments'
                    then
                        least(
                            coalesce(
                                deployments_loaded.loaded_since_date, observations.observed_date
                            ),
                            observations.observed_date
                        )
                else observations.observed_date
            end
        ) as coverage_start_date
    from observations
    cross join pull_requests_loaded
    left join deployments_loaded
        on observations.environment_key = deployments_loaded.environment_key
    group by observations.metric_source, observations.environment_key

),

scopes as (

    select distinct
        metric_source,
        environment_key,
        scope_level,
        scope
    from scoped

),

-- Where every team is shown by name there are no others: their 0 would be nobody's.
periods_of_others as (

    select distinct
        metric_source,
        environment_key,
        period_date
    from named
    where team_scope = 'other teams'

),

-- A team that is one of the others in these weeks has no days of its own.
merged_teams as (

    select
        metric_source,
        environment_key,
        team_text,
        period_date
    from shown_teams
    where not is_shown and team_text <> ''

)

select
    scopes.metric_source,
    scopes.environment_key,
    scopes.scope_level as team_scope_level,
    scopes.scope as team_scope,
    coalesce(sums.n_observations, 0) as n_observations,
    sums.n_counted,
    sums.n_of,
    sums.value_sum,
    sums.median_value,
    judged_days.date_day < coverage.coverage_start_date as is_before_coverage,
    few_people.week_date is not null or merged_teams.period_date is not null as is_of_few_people,
    judged_days.date_day as metric_date,
    coverage.coverage_start_date
from scopes
inner join coverage
    on
        scopes.metric_source = coverage.metric_source
        and scopes.environment_key = coverage.environment_key
cross join judged_days
left join sums
    on
        scopes.metric_source = sums.metric_source
        and scopes.environment_key = sums.environment_key
        and scopes.scope_level = sums.scope_level
        and scopes.scope = sums.scope
        and judged_days.date_day = sums.observed_date
left join few_people
    on
        scopes.metric_source = few_people.metric_source
        and scopes.environment_key = few_people.environment_key
        and scopes.scope_level = few_people.scope_level
        and scopes.scope = few_people.scope
        and judged_days.week_date = few_people.week_date
left join merged_teams
    on
        scopes.metric_source = merged_teams.metric_source
        and scopes.environment_key = merged_teams.environment_key
        and scopes.scope_level = 'team'
        and scopes.scope = merged_teams.team_text
        and judged_days.period_date = merged_teams.period_date
left join periods_of_others
    on
        scopes.metric_source = periods_of_others.metric_source
        and scopes.environment_key = periods_of_others.environment_key
        and judged_days.period_date = periods_of_others.period_date
where scopes.scope <> 'other teams' or periods_of_others.period_date is not null
