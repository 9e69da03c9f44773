{#
One row per deployment that has ended, known from GitHub, from the events of CI, or from both: then
once. They are one where CI gives GitHub's number, or where both tell of one commit to one service (or
repository, if GitHub names no service) and environment within `same_deployment_minutes()`, each the
other's nearest. GitHub says when and by whom; CI says which service it was, where its code is, what
it answered and whether it was planned. Whoever saw it succeed is believed.
#}
{{ config(materialized='table') }}
with

github_deployments as (

    select
        *,
        {{ deployment_environment(
            'environment_name', 'is_production_environment', 'is_transient_environment'
        ) }}
            as deployment_environment,
        coalesce(service, {{ regexp_replaced('repository_name', '^.*/', '') }}) as deployed_service
    from {{ ref('stg_github__deployments') }}

),

statuses as (

    select * from {{ ref('stg_github__deployment_statuses') }}

),

events as (

    select
        *,
        row_number() over (
            partition by service, deployment_environment, recorded_deployment_id
            order by recorded_at desc, deployed_at desc, event_id desc
        ) as choice
    from {{ ref('stg_dev_events__deployments') }}

),

repository_names as (

    select * from {{ ref('int_delivery__repository_names') }}

),

commits as (

    select * from {{ ref('stg_github__commits') }}

),

pull_requests as (

    select * from {{ ref('stg_github__pull_requests') }}
    where merged_at is not null

),

-- A deployment has no state of its own: the first success among its statuses is when it was done,
-- also where a later one calls it inactive.
outcomes as (

    select
        repository_id,
        github_deployment_id,
        min(case when deployment_state = 'success' then created_at end) as succeeded_at,
        min(case when deployment_state in ('error', 'failure') then created_at end) as failed_at
    from statuses
    group by repository_id, github_deployment_id

),

told as (

    select
        github_deployments.*,
        {{ surrogate_key(
            ['github_deployments.repository_id', 'github_deployments.github_deployment_id']
        ) }}
            as deployment_event_id,
        coalesce(lower(github_deployments.deployment_task) like '%rollback%', false)
            as is_called_rollback,
        outcomes.succeeded_at is not null as has_succeeded,
        coalesce(outcomes.succeeded_at, outcomes.failed_at) as ended_at,
        coalesce(outcomes.succeeded_at, outcomes.failed_at, github_deployments.created_at)
            as told_at
    from github_deployments
    left join outcomes
        on
            github_deployments.repository_id = outcomes.repository_id
            and github_deployments.github_deployment_id = outcomes.github_deployment_id

),

recorded as (

    select
        events.*,
        repository_names.repository_id as github_repository_id,
        coalesce(repository_names.repository_name, events.repository_name, events.service)
            as shown_repository_name,
        coalesce(
            repository_names.repository_id, lower(events.repository_name), lower(events.service)
        ) as repository_id,
        {{ surrogate_key([
            'events.service', 'events.deployment_environment', 'events.recorded_deployment_id'
        ]) }} as deployment_event_id,
        events.deployment_status <> 'failure' as has_succeeded,
        events.deployment_status = 'rollback' as is_called_rollback
    from events
    left join repository_names on lower(events.repository_name) = repository_names.repository_key
    where events.choice = 1

),

candidates as (

    select
        told.deployment_event_id,
        recorded.deployment_event_id as recorded_event_id,
        1 as match_rank,
        case when told.has_succeeded = recorded.has_succeeded then 0 else 1 end as differing_flag,
        abs({{ dbt.datediff('told.told_at', 'recorded.deployed_at', 'second') }}) as n_apart_seconds
    from told
    inner join recorded
        on
            told.github_deployment_id = recorded.recorded_deployment_id
            and told.deployment_environment = recorded.deployment_environment
            and (
                told.repository_id = recorded.repository_id
                or told.deployed_service = recorded.service
            )

    union all

    select
        told.deployment_event_id,
        recorded.deployment_event_id as recorded_event_id,
        2 as match_rank,
        case when told.has_succeeded = recorded.has_succeeded then 0 else 1 end as differing_flag,
        abs({{ dbt.datediff('told.told_at', 'recorded.deployed_at', 'second') }}) as n_apart_seconds
    from told
    inner join recorded
        on
            told.commit_sha = recorded.commit_sha
            and told.deployment_environment = recorded.deployment_environment
            and (
                told.deployed_service = recorded.service
                or (told.service is null and told.repository_id = recorded.repository_id)
            )
            and abs({{ dbt.datediff('told.told_at', 'recorded.deployed_at', 'second') }})
            <= 60 * {{ same_deployment_minutes() }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by deployment_event_id
            order by match_rank, differing_flag, n_apart_seconds, recorded_event_id
        ) as choice_of_told,
        row_number() over (
            partition by recorded_event_id
            order by match_rank, differing_flag, n_apart_seconds, deployment_event_id
        ) as choice_of_recorded
    from candidates

),

pairs as (

    select
        deployment_event_id,
        recorded_event_id
    from ranked
    where choice_of_told = 1 and choice_of_recorded = 1

),

known as (

    select
        told.deployment_event_id,
        coalesce(recorded.github_repository_id, told.repository_id) as repository_id,
        case
            when recorded.github_repository_id is not null then recorded.shown_repository_name
            else told.repository_name
        end as repository_name,
        coalesce(recorded.service, told.deployed_service) as service,
        told.deployment_environment,
        told.environment_name,
        recorded.environment,
        told.github_deployment_id,
        recorded.recorded_deployment_id,
        case when recorded.recorded_deployment_id is null then 'github' else 'both' end as known_by,
        told.commit_sha,
        coalesce(told.branch, recorded.branch) as branch,
        coalesce(told.creator_login, recorded.deployed_by) as creator_login,
        recorded.rolls_back_deployment_id,
        recorded.fixes_deployment_id,
        recorded.pr_number,
        recorded.is_stated_unplanned,
        told.is_called_rollback or coalesce(recorded.is_called_rollback, false)
            as is_called_rollback,
        told.has_succeeded or coalesce(recorded.has_succeeded, false) as has_succeeded,
        case
            when told.has_succeeded or not coalesce(recorded.has_succeeded, false)
                then coalesce(told.ended_at, recorded.deployed_at)
            else recorded.deployed_at
        end as deployed_at
    from told
    left join pairs on told.deployment_event_id = pairs.deployment_event_id
    left join recorded on pairs.recorded_event_id = recorded.deployment_event_id
    where told.ended_at is not null or recorded.deployment_event_id is not null

    union all

    select
        recorded.deployment_event_id,
        recorded.repository_id,
        recorded.shown_repository_name as repository_name,
        recorded.service,
        recorded.deployment_environment,
        recorded.deployment_environment as environment_name,
        recorded.environment,
        cast(null as {{ dbt.type_string() }}) as github_deployment_id,
        recorded.recorded_deployment_id,
        'ci' as known_by,
        recorded.commit_sha,
        recorded.branch,
        recorded.deployed_by as creator_login,
        recorded.rolls_back_deployment_id,
        recorded.fixes_deployment_id,
        recorded.pr_number,
        recorded.is_stated_unplanned,
        recorded.is_called_rollback,
        recorded.has_succeeded,
        recorded.deployed_at
    from recorded
    left join pairs on recorded.deployment_event_id = pairs.recorded_event_id
    where pairs.recorded_event_id is null

)

select
    known.repository_id,
    known.repository_name,
    known.service,
    known.deployment_environment,
    known.environment_name,
    known.environment,
    known.deployment_event_id,
    known.github_deployment_id,
    known.recorded_deployment_id,
    known.known_by,
    known.commit_sha,
    -- Where manifests of another repository are deployed: the merge that CI says it brings.
    case
        when commits.commit_sha is null and pull_requests.merged_at <= known.deployed_at
            then coalesce(pull_requests.merge_commit_sha, known.commit_sha)
        else known.commit_sha
    end as source_commit_sha,
    known.branch,
    known.creator_login,
    known.rolls_back_deployment_id,
    known.fixes_deployment_id,
    known.pr_number,
    known.is_stated_unplanned,
    known.is_called_rollback,
    known.has_succeeded,
    known.deployed_at
from known
left join commits
    on
        known.repository_id = commits.repository_id
        and known.commit_sha = commits.commit_sha
left join pull_requests
    on
        known.repository_id = pull_requests.repository_id
        and known.pr_number = pull_requests.pr_number
