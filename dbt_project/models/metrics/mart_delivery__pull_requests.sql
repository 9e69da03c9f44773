{#
One row per pull request: its phases, what says that AI took part, and how often its author used
coding agents in the week before.
#}
with

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}

),

deployed_changes as (

    select * from {{ ref('int_delivery__deployed_changes') }}
    where deployment_environment = 'production'

),

deployed as (

    select
        repository_id,
        pr_number,
        min(deployed_at) as deployed_at
    from deployed_changes
    group by repository_id, pr_number

)

select
    cast(pull_requests.created_at as date) as opened_date,
    pull_requests.repository_name,
    pull_requests.author_login,
    pull_requests.person_email,
    pull_requests.team_name,
    pull_requests.pr_title,
    case
        when pull_requests.merged_at is not null then 'merged'
        else pull_requests.pr_state
    end as pr_state,
    pull_requests.pr_number,
    pull_requests.n_reviews,
    {{ seconds_between('pull_requests.first_commit_at', 'pull_requests.created_at') }}
        as coding_seconds,
    {{ seconds_between('pull_requests.created_at', 'pull_requests.picked_up_at') }}
        as pickup_seconds,
    {{ seconds_between('pull_requests.picked_up_at', 'pull_requests.merged_at') }}
        as review_seconds,
    {{ seconds_between('pull_requests.merged_at', 'deployed.deployed_at') }} as deploy_seconds,
    pull_requests.cycle_time_seconds as cycle_seconds,
    {{ seconds_between('pull_requests.first_commit_at', 'deployed.deployed_at') }} as lead_seconds,
    pull_requests.ai_evidence,
    pull_requests.ai_tool,
    pull_requests.ai_confidence,
    pull_requests.n_author_ai_days_week_before,
    pull_requests.is_ai_assisted,
    pull_requests.is_bot,
    pull_requests.is_revert,
    pull_requests.is_hotfix,
    pull_requests.first_commit_at,
    pull_requests.created_at,
    pull_requests.picked_up_at,
    pull_requests.merged_at,
    pull_requests.closed_at,
    deployed.deployed_at,
    pull_requests.loaded_since_date,
    pull_requests.repository_id,
    pull_requests.person_id,
    {{ surrogate_key(['pull_requests.repository_id', 'pull_requests.pr_number']) }}
        as pull_request_id
from pull_requests
left join deployed
    on
        pull_requests.repository_id = deployed.repository_id
        and pull_requests.pr_number = deployed.pr_number
