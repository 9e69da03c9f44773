{#
One row per deployment that has ended, by service and environment: what became of it, and what it
was an answer to. A deployment has no state of its own: the first success among its statuses is when
it was done, also where a later one calls it inactive. One that puts back what had been there before
another was deployed is a rollback, whatever it is called.
#}
{{ config(materialized='table') }}
with

deployments as (

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

outcomes as (

    select
        repository_id,
        github_deployment_id,
        min(case when deployment_state = 'success' then created_at end) as succeeded_at,
        min(case when deployment_state in ('error', 'failure') then created_at end) as failed_at
    from statuses
    group by repository_id, github_deployment_id

),

ended as (

    select
        deployments.repository_id,
        deployments.repository_name,
        deployments.deployed_service as service,
        deployments.deployment_environment,
        deployments.environment_name,
        deployments.github_deployment_id,
        deployments.commit_sha,
        deployments.branch,
        deployments.creator_login,
        coalesce(lower(deployments.deployment_task) like '%rollback%', false) as is_called_rollback,
        outcomes.succeeded_at is not null as has_succeeded,
        coalesce(outcomes.succeeded_at, outcomes.failed_at) as deployed_at
    from deployments
    inner join outcomes
        on
            deployments.repository_id = outcomes.repository_id
            and deployments.github_deployment_id = outcomes.github_deployment_id
    where outcomes.succeeded_at is not null or outcomes.failed_at is not null

),

sequenced as (

    select
        *,
        row_number() over alike as place,
        row_number() over (
            partition by repository_id, service, environment_name, has_succeeded, commit_sha
            order by deployed_at, github_deployment_id
        ) as place_of_commit,
        lag(commit_sha) over alike as previous_commit_sha,
        lag(github_deployment_id) over alike as previous_deployment_id
    from ended
    window alike as (
        partition by repository_id, service, environment_name, has_succeeded
        order by deployed_at, github_deployment_id
    )

)

select
    repository_id,
    repository_name,
    service,
    deployment_environment,
    environment_name,
    github_deployment_id,
    commit_sha,
    branch,
    creator_login,
    case when has_succeeded then previous_commit_sha end as previous_commit_sha,
    case when has_succeeded then previous_deployment_id end as previous_deployment_id,
    has_succeeded,
    has_succeeded
    and (is_called_rollback or (place_of_commit > 1 and commit_sha <> previous_commit_sha))
        as is_rollback,
    has_succeeded and place = 1 as is_first,
    deployed_at
from sequenced
