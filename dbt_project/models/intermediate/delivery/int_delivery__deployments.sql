{#
One row per deployment that has ended, by service and environment: what was there before, and whether
it put that back. One that brings again what had been there before another was deployed is a rollback,
whatever it is called.
#}
{{ config(materialized='table') }}
with

deployments as (

    select
        *,
        coalesce(github_deployment_id, recorded_deployment_id) as deployment_id
    from {{ ref('int_delivery__known_deployments') }}

),

sequenced as (

    select
        *,
        row_number() over alike as place,
        row_number() over (
            partition by
                repository_id, service, environment_name, has_succeeded, source_commit_sha
            order by deployed_at, deployment_id, deployment_event_id
        ) as place_of_commit,
        lag(source_commit_sha) over alike as previous_commit_sha,
        lag(deployment_event_id) over alike as previous_deployment_event_id
    from deployments
    window alike as (
        partition by repository_id, service, environment_name, has_succeeded
        order by deployed_at, deployment_id, deployment_event_id
    )

)

select
    repository_id,
    repository_name,
    service,
    deployment_environment,
    environment_name,
    environment,
    deployment_event_id,
    deployment_id,
    github_deployment_id,
    recorded_deployment_id,
    known_by,
    commit_sha,
    source_commit_sha,
    branch,
    creator_login,
    rolls_back_deployment_id,
    fixes_deployment_id,
    case when has_succeeded then previous_commit_sha end as previous_commit_sha,
    case when has_succeeded then previous_deployment_event_id end as previous_deployment_event_id,
    pr_number,
    is_stated_unplanned,
    has_succeeded,
    has_succeeded
    and (
        is_called_rollback
        or rolls_back_deployment_id is not null
        or coalesce(place_of_commit > 1 and source_commit_sha <> previous_commit_sha, false)
    ) as is_rollback,
    has_succeeded and place = 1 as is_first,
    deployed_at
from sequenced
