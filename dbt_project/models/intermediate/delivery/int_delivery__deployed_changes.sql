{#
One row per merged pull request, service and environment that it was deployed to: by which
deployment first. Either the commit of its merge was deployed, or it lies on the default branch
after what the successful deployment before had and no later than what this one has. The first
deployment known of a service takes up nothing but its own commit, else it would carry all of
history; a rollback brings nothing new. What is deployed under a commit of another repository is
here where CI says which pull request it brings, and else nowhere.
#}
{{ config(materialized='table') }}
with

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}
    where merged_at is not null

),

deployments as (

    select * from {{ ref('int_delivery__deployments') }}
    where has_succeeded and not is_rollback

),

commits as (

    select * from {{ ref('stg_github__commits') }}

),

merged as (

    select
        pull_requests.repository_id,
        pull_requests.pr_number,
        pull_requests.merge_commit_sha,
        pull_requests.merged_at,
        commits.committed_at
    from pull_requests
    left join commits
        on
            pull_requests.repository_id = commits.repository_id
            and pull_requests.merge_commit_sha = commits.commit_sha

),

ranges as (

    select
        deployments.*,
        previous_commits.committed_at as after_at,
        own_commits.committed_at as until_at
    from deployments
    inner join commits as previous_commits
        on
            deployments.repository_id = previous_commits.repository_id
            and deployments.previous_commit_sha = previous_commits.commit_sha
    inner join commits as own_commits
        on
            deployments.repository_id = own_commits.repository_id
            and deployments.source_commit_sha = own_commits.commit_sha

),

found as (

    select
        merged.repository_id,
        merged.pr_number,
        deployments.service,
        deployments.environment_name,
        deployments.deployment_environment,
        deployments.deployment_event_id,
        'commit' as matched_by,
        deployments.deployed_at
    from merged
    inner join deployments
        on
            merged.repository_id = deployments.repository_id
            and merged.merge_commit_sha = deployments.source_commit_sha

    union all

    select
        merged.repository_id,
        merged.pr_number,
        ranges.service,
        ranges.environment_name,
        ranges.deployment_environment,
        ranges.deployment_event_id,
        'range' as matched_by,
        ranges.deployed_at
    from merged
    inner join ranges
        on
            merged.repository_id = ranges.repository_id
            and merged.committed_at > ranges.after_at
            and merged.committed_at <= ranges.until_at
            and merged.merge_commit_sha <> ranges.source_commit_sha

),

ranked as (

    select
        *,
        row_number() over (
            partition by repository_id, pr_number, service, environment_name
            order by deployed_at, matched_by, deployment_event_id
        ) as choice
    from found

)

select
    repository_id,
    pr_number,
    service,
    environment_name,
    deployment_environment,
    deployment_event_id,
    matched_by,
    deployed_at
from ranked
where choice = 1
