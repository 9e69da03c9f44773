{#
One row per service, period and team scope: the five keys of DORA over production. A day looks back
over the 28 days that end with it, an ISO week over itself; what is closed does not change with the
window that is read. Before the day since which a repository's deployments are loaded, or else before
the first that is known of a service, nothing is said of it, and fewer than ten make no share.
#}
{{ config(materialized='table') }}
with

deployments as (

    select * from {{ ref('int_delivery__judged_deployments') }}
    where deployment_environment = 'production'

),

coverage as (

    select
        repository_id,
        coverage_start_date
    from {{ ref('stg_github__coverage') }}
    where resource_name = 'deployments'

),

known_dates as (

    select cast(deployed_at as date) as known_date
    from deployments

    union all

    select coverage_start_date as known_date
    from coverage

),

deployed_changes as (

    select * from {{ ref('int_delivery__deployed_changes') }}
    where deployment_environment = 'production'

),

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}

),

shown_teams as (

    select * from {{ ref('int_delivery__shown_teams') }}

),

days as (

    {{ date_rows(
        "(select min(known_date) from known_dates)",
        "cast(" ~ dbt.dateadd('day', -1, as_of_date()) ~ " as date)"
    ) }}

),

periods as (

    select
        'day' as dora_period,
        date_day as period_date,
        {{ dbt.dateadd('day', -27, 'date_day') }} as from_date,
        date_day as until_date,
        28 as n_period_days
    from days

    union all

    select distinct
        'week' as dora_period,
        {{ trunc_date('week', 'date_day') }} as period_date,
        {{ trunc_date('week', 'date_day') }} as from_date,
        {{ dbt.dateadd('day', 6, trunc_date('week', 'date_day')) }} as until_date,
        7 as n_period_days
    from days

),

named_deployments as (

    select
        deployments.*,
        {{ shown_team_name('deployments.team_name') }} as shown_team,
        cast(deployments.deployed_at as date) as deployed_date
    from deployments
    left join shown_teams
        on
            deployments.repository_id = shown_teams.repository_id
            and deployments.service = shown_teams.service
            and coalesce(deployments.team_name, '') = shown_teams.team_text
            and {{ four_weeks_date('cast(deployments.deployed_at as date)') }}
            = shown_teams.period_date

),

changes as (

    select
        deployed_changes.service,
        deployed_changes.repository_id,
        pull_requests.author_key,
        {{ shown_team_name('pull_requests.team_name') }} as shown_team,
        {{ seconds_between('pull_requests.first_commit_at', 'deployed_changes.deployed_at') }}
            as lead_seconds,
        {{ seconds_between('pull_requests.merged_at', 'deployed_changes.deployed_at') }}
            as deploy_seconds,
        cast(deployed_changes.deployed_at as date) as deployed_date
    from deployed_changes
    inner join pull_requests
        on
            deployed_changes.repository_id = pull_requests.repository_id
            and deployed_changes.pr_number = pull_requests.pr_number
    left join shown_teams
        on
            deployed_changes.repository_id = shown_teams.repository_id
            and deployed_changes.service = shown_teams.service
            and coalesce(pull_requests.team_name, '') = shown_teams.team_text
            and {{ four_weeks_date('cast(deployed_changes.deployed_at as date)') }}
            = shown_teams.period_date

),

-- A service without a team of its own is looked at as a whole alone.
deployed_scopes as (

    select
        repository_id,
        service,
        'all' as team_scope_level,
        'all' as team_scope,
        min(repository_name) as repository_name,
        min(deployed_date) as first_deployed_date,
        max(case when known_by <> 'ci' then 1 else 0 end) as github_flag
    from named_deployments
    group by repository_id, service

    union all

    select
        repository_id,
        service,
        'team' as team_scope_level,
        shown_team as team_scope,
        min(repository_name) as repository_name,
        min(deployed_date) as first_deployed_date,
        max(case when known_by <> 'ci' then 1 else 0 end) as github_flag
    from named_deployments
    where shown_team is not null
    group by repository_id, service, shown_team

),

-- Of what GitHub knows of at all, days without a deployment count since its deployments are loaded.
scopes as (

    select
        deployed_scopes.repository_id,
        deployed_scopes.service,
        deployed_scopes.team_scope_level,
        deployed_scopes.team_scope,
        deployed_scopes.repository_name,
        least(
            deployed_scopes.first_deployed_date,
            coalesce(coverage.coverage_start_date, deployed_scopes.first_deployed_date)
        ) as first_deployed_date
    from deployed_scopes
    left join coverage
        on
            deployed_scopes.repository_id = coverage.repository_id
            and deployed_scopes.github_flag = 1

),

calendar as (

    select
        scopes.*,
        periods.*,
        {{ surrogate_key([
            'scopes.repository_id',
            'scopes.service',
            'scopes.team_scope_level',
            'scopes.team_scope',
            'periods.dora_period',
            'periods.period_date'
        ]) }} as period_id,
        scopes.first_deployed_date > periods.from_date as is_before_coverage
    from scopes
    cross join periods
    where periods.until_date >= scopes.first_deployed_date

),

period_deployments as (

    select
        calendar.period_id,
        named_deployments.*
    from calendar
    inner join named_deployments
        on
            calendar.repository_id = named_deployments.repository_id
            and calendar.service = named_deployments.service
            and named_deployments.deployed_date between calendar.from_date and calendar.until_date
            and (
                calendar.team_scope_level = 'all'
                or calendar.team_scope = named_deployments.shown_team
            )

),

deployment_sums as (

    select
        period_id,
        count(case when is_change then 1 end) as n_deployments,
        count(distinct case when is_change then deployed_date end) as n_deployment_days,
        count(case when is_change and n_changes = 0 then 1 end) as n_unmapped_deployments,
        count(case when is_failed_change then 1 end) as n_failed_deployments,
        count(case when failure_evidence = 'incident' then 1 end) as n_failed_by_incident,
        count(case when failure_evidence = 'rollback' then 1 end) as n_failed_by_rollback,
        count(case when failure_evidence = 'revert' then 1 end) as n_failed_by_revert,
        count(case when failure_evidence = 'hotfix' then 1 end) as n_failed_by_hotfix,
        count(case when is_rework then 1 end) as n_rework_deployments,
        count(case when deployment_status = 'rollback' then 1 end) as n_rollbacks,
        count(case when deployment_status = 'failure' then 1 end) as n_failed_attempts
    from period_deployments
    group by period_id

),

period_changes as (

    select
        calendar.period_id,
        changes.author_key,
        changes.lead_seconds,
        changes.deploy_seconds
    from calendar
    inner join changes
        on
            calendar.repository_id = changes.repository_id
            and calendar.service = changes.service
            and changes.deployed_date between calendar.from_date and calendar.until_date
            and (calendar.team_scope_level = 'all' or calendar.team_scope = changes.shown_team)

),

authors as (

    select
        period_id,
        count(distinct author_key) as n_authors,
        count(distinct case when lead_seconds is not null then author_key end) as n_timed_authors
    from period_changes
    group by period_id

),

period_failures as (

    select
        period_id,
        {{ seconds_between('deployed_at', 'recovered_at') }} as recovery_seconds
    from period_deployments
    where is_failed_change

),

measured as (
{% for measure, column, relation in [
    ('lead', 'lead_seconds', 'period_changes'),
    ('deploy', 'deploy_seconds', 'period_changes'),
    ('recovery', 'recovery_seconds', 'period_failures'),
] %}
    select
        period_id,
        '{{ measure }}' as measure,
        {{ column }} as seconds
    from {{ relation }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

ranked as (

    select
        *,
        row_number() over (
            partition by period_id, measure
            order by case when seconds is null then 1 else 0 end, seconds
        ) as place,
        count(seconds) over (partition by period_id, measure) as n_known
    from measured

),

times as (

    select
        period_id,
        count(case when measure = 'lead' then 1 end) as n_changes,
        count(case when measure = 'lead' then seconds end) as n_timed_changes,
        count(case when measure = 'recovery' then seconds end) as n_recovered_deployments,
        {{ ranked_median("case when measure = 'lead' then seconds end", 'place', 'n_known') }}
            as lead_p50_seconds,
        {{ ranked_p90("case when measure = 'lead' then seconds end", 'place', 'n_known') }}
            as lead_p90_seconds,
        {{ ranked_median("case when measure = 'deploy' then seconds end", 'place', 'n_known') }}
            as deploy_p50_seconds,
        {{ ranked_p90("case when measure = 'deploy' then seconds end", 'place', 'n_known') }}
            as deploy_p90_seconds,
        {{ ranked_median("case when measure = 'recovery' then seconds end", 'place', 'n_known') }}
            as recovery_p50_seconds
    from ranked
    group by period_id

)

select
    calendar.dora_period,
    calendar.period_date,
    calendar.repository_name,
    calendar.service,
    calendar.team_scope_level,
    calendar.team_scope,
    cast(calendar.n_period_days as {{ dbt.type_bigint() }}) as n_period_days,
    coalesce(deployment_sums.n_deployments, 0) as n_deployments,
    coalesce(deployment_sums.n_deployment_days, 0) as n_deployment_days,
    coalesce(deployment_sums.n_unmapped_deployments, 0) as n_unmapped_deployments,
    coalesce(deployment_sums.n_failed_deployments, 0) as n_failed_deployments,
    coalesce(deployment_sums.n_failed_by_incident, 0) as n_failed_by_incident,
    coalesce(deployment_sums.n_failed_by_rollback, 0) as n_failed_by_rollback,
    coalesce(deployment_sums.n_failed_by_revert, 0) as n_failed_by_revert,
    coalesce(deployment_sums.n_failed_by_hotfix, 0) as n_failed_by_hotfix,
    coalesce(deployment_sums.n_rework_deployments, 0) as n_rework_deployments,
    coalesce(deployment_sums.n_rollbacks, 0) as n_rollbacks,
    coalesce(deployment_sums.n_failed_attempts, 0) as n_failed_attempts,
    coalesce(times.n_changes, 0) as n_changes,
    coalesce(times.n_timed_changes, 0) as n_timed_changes,
    coalesce(times.n_recovered_deployments, 0) as n_recovered_deployments,
    coalesce(authors.n_authors, 0) as n_authors,
    coalesce(authors.n_timed_authors, 0) as n_timed_authors,
    times.lead_p50_seconds,
    times.lead_p90_seconds,
    times.deploy_p50_seconds,
    times.deploy_p90_seconds,
    times.recovery_p50_seconds,
    calendar.is_before_coverage,
    calendar.until_date >= {{ as_of_date() }} as is_provisional,
    calendar.first_deployed_date as coverage_start_date,
    calendar.repository_id
from calendar
left join deployment_sums
    on calendar.period_id = deployment_sums.period_id
left join times
    on calendar.period_id = times.period_id
left join authors
    on calendar.period_id = authors.period_id
