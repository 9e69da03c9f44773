{#
One row per deployment that has ended: to development, staging or production, with success or
failure, or a rollback. One that GitHub and CI both tell of is one.
#}
with

deployments as (

    select * from {{ ref('int_delivery__judged_deployments') }}

),

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}

),

merged as (

    select
        repository_id,
        merge_commit_sha,
        min(pr_number) as pr_number
    from pull_requests
    where merge_commit_sha is not null
    group by repository_id, merge_commit_sha

)

select
    cast(deployments.deployed_at as date) as deployed_date,
    deployments.repository_name,
    deployments.service,
    deployments.team_name,
    deployments.deployment_environment,
    deployments.environment_name,
    deployments.environment,
    deployments.deployment_status as status,
    deployments.commit_sha,
    deployments.branch,
    deployments.creator_login as deployed_by,
    coalesce(deployments.pr_number, merged.pr_number) as pr_number,
    deployments.n_changes,
    {{ seconds_between('deployments.deployed_at', 'deployments.recovered_at') }}
        as recovery_seconds,
    deployments.failure_evidence,
    deployments.known_by,
    deployments.is_change,
    deployments.is_failed_change,
    deployments.is_rework,
    deployments.deployed_at,
    deployments.recovered_at,
    deployments.repository_id,
    deployments.deployment_id,
    deployments.recorded_deployment_id,
    deployments.rolls_back_deployment_id,
    deployments.fixes_deployment_id,
    deployments.deployment_event_id
from deployments
left join merged
    on
        deployments.repository_id = merged.repository_id
        and deployments.commit_sha = merged.merge_commit_sha
