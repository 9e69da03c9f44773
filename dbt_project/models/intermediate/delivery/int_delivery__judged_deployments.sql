{#
One row per deployment, with the team whose changes it carried and with what says that it failed
once it was out. What is stated goes before what is concluded, and one thing counts, the first of:
an incident that it caused; a rollback of it; a revert of what it brought; a hotfix. A rollback or a
fix that says what it answers answers that, and the deployment before it only where it says nothing.
An incident whose cause nobody knows is nobody's: what was deployed last need not be why.
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

reverts as (

    select * from {{ ref('int_delivery__reverts') }}

),

incidents as (

    select * from {{ ref('int_delivery__incidents') }}

),

reverting as (

    select distinct
        repository_id,
        pr_number
    from reverts

),

carried as (

    select
        deployed_changes.deployment_event_id,
        pull_requests.team_name,
        count(*) as n_changes,
        max(case when pull_requests.is_revert or pull_requests.is_hotfix then 1 else 0 end)
            as fixing_flag,
        -- What says which commit it takes back is no answer to any other deployment.
        max(
            case
                when reverting.pr_number is not null then 0
                when pull_requests.is_revert or pull_requests.is_hotfix then 1
                else 0
            end
        ) as hotfix_flag
    from deployed_changes
    inner join pull_requests
        on
            deployed_changes.repository_id = pull_requests.repository_id
            and deployed_changes.pr_number = pull_requests.pr_number
    left join reverting
        on
            deployed_changes.repository_id = reverting.repository_id
            and deployed_changes.pr_number = reverting.pr_number
    group by deployed_changes.deployment_event_id, pull_requests.team_name

),

teams as (

    select
        deployment_event_id,
        team_name,
        sum(n_changes) over (partition by deployment_event_id) as n_changes,
        max(fixing_flag) over (partition by deployment_event_id) as fixing_flag,
        max(hotfix_flag) over (partition by deployment_event_id) as hotfix_flag,
        row_number() over (
            partition by deployment_event_id
            order by case when team_name is null then 1 else 0 end, n_changes desc, team_name asc
        ) as choice
    from carried

),

changes as (

    select
        deployments.*,
        teams.team_name,
        cast(coalesce(teams.n_changes, 0) as {{ dbt.type_bigint() }}) as n_changes,
        deployments.has_succeeded and not deployments.is_rollback as is_change,
        coalesce(
            deployments.is_stated_unplanned,
            deployments.fixes_deployment_id is not null or coalesce(teams.fixing_flag, 0) = 1
        ) as is_unplanned,
        coalesce(deployments.is_stated_unplanned, coalesce(teams.hotfix_flag, 0) = 1) as is_hotfix
    from deployments
    left join teams
        on
            deployments.deployment_event_id = teams.deployment_event_id
            and teams.choice = 1

),

ids as (

    select
        deployment_event_id,
        github_deployment_id as named_id,
        service,
        deployment_environment,
        deployed_at
    from changes
    where github_deployment_id is not null

    union distinct

    select
        deployment_event_id,
        recorded_deployment_id as named_id,
        service,
        deployment_environment,
        deployed_at
    from changes
    where recorded_deployment_id is not null

),

-- Who says which deployment it is about: an incident, a rollback, a fix.
statements as (

    select
        incident_id as statement_id,
        'incident' as failure_evidence,
        caused_by_deployment_id as named_id,
        service,
        deployment_environment,
        resolved_at as answered_at
    from incidents
    where caused_by_deployment_id is not null

    union all

    select
        deployment_event_id as statement_id,
        'rollback' as failure_evidence,
        rolls_back_deployment_id as named_id,
        service,
        deployment_environment,
        deployed_at as answered_at
    from changes
    where is_rollback and rolls_back_deployment_id is not null

    union all

    select
        deployment_event_id as statement_id,
        'hotfix' as failure_evidence,
        fixes_deployment_id as named_id,
        service,
        deployment_environment,
        deployed_at as answered_at
    from changes
    where has_succeeded and fixes_deployment_id is not null

),

-- One number may stand for deployments of several services, or to staging and to production.
found as (

    select
        statements.statement_id,
        statements.failure_evidence,
        statements.answered_at,
        ids.deployment_event_id,
        row_number() over (
            partition by statements.statement_id, statements.failure_evidence
            order by
                case when statements.service = ids.service then 0 else 1 end,
                ids.deployed_at desc,
                ids.deployment_event_id asc
        ) as choice
    from statements
    inner join ids
        on
            statements.named_id = ids.named_id
            and coalesce(statements.deployment_environment, ids.deployment_environment, '')
            = coalesce(ids.deployment_environment, '')
            and statements.statement_id <> ids.deployment_event_id
            -- A service answers its own: another one's deployment may bear the same number.
            and (
                statements.failure_evidence = 'incident'
                or statements.service = ids.service
            )

),

-- Over when all incidents are: one that is open leaves the deployment without an answer.
incidents_of as (

    select
        deployment_event_id,
        case when count(*) = count(answered_at) then max(answered_at) end as answered_at
    from found
    where choice = 1 and failure_evidence = 'incident'
    group by deployment_event_id

),

took_back as (

    select
        brought.deployment_event_id,
        brought.deployed_at,
        taken.deployed_at as answered_at
    from reverts
    inner join deployed_changes as taken
        on
            reverts.repository_id = taken.repository_id
            and reverts.pr_number = taken.pr_number
    inner join deployed_changes as brought
        on
            reverts.repository_id = brought.repository_id
            and reverts.reverted_pr_number = brought.pr_number
            and taken.service = brought.service
            and taken.environment_name = brought.environment_name
            and taken.deployed_at > brought.deployed_at

),

followed as (

    select
        changes.previous_deployment_event_id as deployment_event_id,
        case when changes.is_rollback then 'rollback' else 'hotfix' end as failure_evidence,
        changes.deployed_at as answered_at
    from changes
    left join found
        on
            changes.deployment_event_id = found.statement_id
            and found.choice = 1
    where
        changes.previous_deployment_event_id is not null
        and (changes.is_rollback or changes.is_hotfix)
        and found.statement_id is null

),

evidence as (

    select
        deployment_event_id,
        'incident' as failure_evidence,
        1 as evidence_rank,
        answered_at
    from incidents_of

    union all

    select
        deployment_event_id,
        failure_evidence,
        case failure_evidence when 'rollback' then 2 else 4 end as evidence_rank,
        answered_at
    from found
    where choice = 1 and failure_evidence <> 'incident'

    union all

    select
        deployment_event_id,
        'revert' as failure_evidence,
        3 as evidence_rank,
        answered_at
    from took_back
    where {{ dbt.datediff('deployed_at', 'answered_at', 'second') }} <= 3600 * {{ hotfix_hours() }}

    union all

    select
        followed.deployment_event_id,
        followed.failure_evidence,
        case followed.failure_evidence when 'rollback' then 2 else 4 end as evidence_rank,
        followed.answered_at
    from followed
    inner join changes on followed.deployment_event_id = changes.deployment_event_id
    where
        followed.failure_evidence = 'rollback'
        or {{ dbt.datediff('changes.deployed_at', 'followed.answered_at', 'second') }}
        <= 3600 * {{ hotfix_hours() }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by deployment_event_id order by evidence_rank, answered_at
        ) as choice
    from evidence

)

select
    changes.repository_id,
    changes.repository_name,
    changes.service,
    changes.deployment_environment,
    changes.environment_name,
    changes.environment,
    changes.deployment_event_id,
    changes.deployment_id,
    changes.recorded_deployment_id,
    changes.known_by,
    changes.commit_sha,
    changes.branch,
    changes.creator_login,
    changes.rolls_back_deployment_id,
    changes.fixes_deployment_id,
    changes.team_name,
    case
        when changes.is_rollback then 'rollback'
        when changes.has_succeeded then 'success'
        else 'failure'
    end as deployment_status,
    case when changes.is_change then ranked.failure_evidence end as failure_evidence,
    changes.pr_number,
    changes.n_changes,
    changes.is_change,
    changes.is_change and ranked.failure_evidence is not null as is_failed_change,
    changes.is_change and changes.is_unplanned as is_rework,
    changes.deployed_at,
    case when changes.is_change then ranked.answered_at end as recovered_at
from changes
left join ranked
    on
        changes.deployment_event_id = ranked.deployment_event_id
        and ranked.choice = 1
