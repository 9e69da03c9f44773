{#
One row per deployment, with the team whose changes it carried and with what says that it failed
once it was out: the deployment after it was a rollback, or a hotfix or a revert came within a day.
A pipeline that fails deploys nothing and is no failed change. A rollback is an answer and no
change, so a share of failures is of what was neither failed attempt nor rollback.
#}
{{ config(materialized='table') }}
with

deployments as (

    select * from {{ ref('int_delivery__deployments') }}

),

deployed_changes as (

    select * from {{ ref('int_delivery__deployed_changes') }}

),

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}

),

carried as (

    select
        deployed_changes.repository_id,
        deployed_changes.github_deployment_id,
        pull_requests.team_name,
        count(*) as n_changes,
        max(case when pull_requests.is_revert or pull_requests.is_hotfix then 1 else 0 end)
            as fixing_flag
    from deployed_changes
    inner join pull_requests
        on
            deployed_changes.repository_id = pull_requests.repository_id
            and deployed_changes.pr_number = pull_requests.pr_number
    group by
        deployed_changes.repository_id,
        deployed_changes.github_deployment_id,
        pull_requests.team_name

),

teams as (

    select
        repository_id,
        github_deployment_id,
        team_name,
        sum(n_changes) over (partition by repository_id, github_deployment_id) as n_changes,
        max(fixing_flag) over (partition by repository_id, github_deployment_id) as fixing_flag,
        row_number() over (
            partition by repository_id, github_deployment_id
            order by case when team_name is null then 1 else 0 end, n_changes desc, team_name asc
        ) as choice
    from carried

),

changes as (

    select
        deployments.*,
        teams.team_name,
        cast(coalesce(teams.n_changes, 0) as {{ dbt.type_bigint() }}) as n_changes,
        coalesce(teams.fixing_flag, 0) = 1 as is_fix
    from deployments
    left join teams
        on
            deployments.repository_id = teams.repository_id
            and deployments.github_deployment_id = teams.github_deployment_id
            and teams.choice = 1

),

answers as (

    select
        repository_id,
        previous_deployment_id as github_deployment_id,
        is_rollback,
        deployed_at as answered_at
    from changes
    where previous_deployment_id is not null and (is_rollback or is_fix)

)

select
    changes.repository_id,
    changes.repository_name,
    changes.service,
    changes.deployment_environment,
    changes.environment_name,
    changes.github_deployment_id,
    changes.commit_sha,
    changes.branch,
    changes.creator_login,
    changes.team_name,
    case
        when changes.is_rollback then 'rollback'
        when changes.has_succeeded then 'success'
        else 'failure'
    end as deployment_status,
    case
        when not changes.has_succeeded or changes.is_rollback then null
        when answers.is_rollback then 'rollback'
        when answers.answered_at is not null then 'hotfix'
    end as failure_evidence,
    changes.n_changes,
    changes.has_succeeded and not changes.is_rollback as is_change,
    changes.has_succeeded
    and not changes.is_rollback
    and answers.answered_at is not null as is_failed_change,
    changes.has_succeeded and not changes.is_rollback and changes.is_fix as is_rework,
    changes.deployed_at,
    case when changes.has_succeeded and not changes.is_rollback then answers.answered_at end
        as recovered_at
from changes
left join answers
    on
        changes.repository_id = answers.repository_id
        and changes.github_deployment_id = answers.github_deployment_id
        and (
            answers.is_rollback
            or {{ dbt.datediff('changes.deployed_at', 'answers.answered_at', 'second') }}
            <= 3600 * {{ hotfix_hours() }}
        )
