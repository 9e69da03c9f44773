{#
One row per pull request: who wrote it, what happened when, and what says that AI took part. Pickup
and review are acts of somebody else who is no machine, after it was opened and before it was merged
or closed: a comment on the branch from before is no answer to it.
#}
{{ config(materialized='table') }}
with

pull_requests as (

    select
        *,
        coalesce(merged_at, closed_at) as ended_at,
        coalesce(author_account_type = 'Bot', false)
        or coalesce(lower(author_login) like '%[bot]', false) as is_bot,
        lower(pr_title) as title_text,
        lower(head_ref) as head_text,
        lower(labels_json) as labels_text
    from {{ ref('stg_github__pull_requests') }}

),

commits as (

    select * from {{ ref('stg_github__pull_request_commits') }}

),

reverting as (

    select distinct
        repository_id,
        pr_number
    from {{ ref('int_delivery__reverts') }}

),

reviews as (

    select * from {{ ref('stg_github__pull_request_reviews') }}
    where submitted_at is not null and review_state <> 'pending'

),

comments as (

    select * from {{ ref('stg_github__pull_request_comments') }}

),

accounts as (

    select * from {{ ref('int_delivery__accounts') }}

),

people as (

    select * from {{ ref('int_identity__people') }}

),

evidence as (

    select * from {{ ref('int_delivery__pull_request_evidence') }}

),

active_person_days as (

    select distinct
        person_id,
        usage_date
    from {{ ref('int_usage__active_person_days') }}
    where category = 'coding_agents' and person_id is not null

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}
    where is_usage_loaded

),

-- What was touched since is loaded; of what was over before then, only what was touched again.
loaded_since as (

    select
        repository_id,
        coverage_start_date as loaded_since_date
    from {{ ref('stg_github__coverage') }}
    where resource_name = 'pull_requests'

),

first_commits as (

    select
        repository_id,
        pr_number,
        min(authored_at) as first_commit_at
    from commits
    group by repository_id, pr_number

),

answers as (

    select
        repository_id,
        pr_number,
        author_login,
        author_account_type,
        submitted_at as answered_at,
        true as is_review
    from reviews

    union all

    select
        repository_id,
        pr_number,
        author_login,
        author_account_type,
        created_at as answered_at,
        false as is_review
    from comments

),

first_answers as (

    select
        pull_requests.repository_id,
        pull_requests.pr_number,
        min(answers.answered_at) as picked_up_at,
        min(case when answers.is_review then answers.answered_at end) as first_review_at,
        count(case when answers.is_review then 1 end) as n_reviews
    from pull_requests
    inner join answers
        on
            pull_requests.repository_id = answers.repository_id
            and pull_requests.pr_number = answers.pr_number
            and answers.author_login is distinct from pull_requests.author_login
            and coalesce(answers.author_account_type, 'User') <> 'Bot'
            and pull_requests.created_at <= answers.answered_at
            and (pull_requests.ended_at is null or pull_requests.ended_at >= answers.answered_at)
    group by pull_requests.repository_id, pull_requests.pr_number

),

persons as (

    select
        pull_requests.repository_id,
        pull_requests.pr_number,
        accounts.person_id,
        accounts.person_email,
        people.team_name,
        cast(pull_requests.created_at as date) as opened_date
    from pull_requests
    inner join accounts on lower(pull_requests.author_login) = accounts.account_login
    left join people
        on
            accounts.person_id = people.person_id
            and cast(pull_requests.created_at as date) >= people.valid_from_date
            and cast(pull_requests.created_at as date) < people.valid_to_date

),

-- Of the week before, never of the pull request's own days: what it is made with would count as
-- what made it.
exposures as (

    select
        persons.repository_id,
        persons.pr_number,
        count(day_versions.usage_date) as n_read_days,
        count(active_person_days.usage_date) as n_active_days
    from persons
    inner join day_versions
        on
            day_versions.usage_date >= {{ dbt.dateadd('day', -7, 'persons.opened_date') }}
            and persons.opened_date > day_versions.usage_date
    left join active_person_days
        on
            persons.person_id = active_person_days.person_id
            and day_versions.usage_date = active_person_days.usage_date
    group by persons.repository_id, persons.pr_number

)

select
    pull_requests.repository_id,
    pull_requests.repository_name,
    pull_requests.author_login,
    persons.person_id,
    persons.person_email,
    -- Whoever wrote it, to be counted: of a deleted account nobody knows whose it was.
    case
        when not pull_requests.is_bot
            then coalesce(persons.person_id, lower(pull_requests.author_login), 'deleted')
    end as author_key,
    persons.team_name,
    pull_requests.pr_title,
    pull_requests.pr_state,
    pull_requests.labels_json,
    pull_requests.head_ref,
    pull_requests.base_ref,
    case when pull_requests.merged_at is not null then pull_requests.merge_commit_sha end
        as merge_commit_sha,
    coalesce(evidence.ai_evidence, 'none') as ai_evidence,
    evidence.ai_tool,
    pull_requests.pr_number,
    coalesce(first_answers.n_reviews, 0) as n_reviews,
    case when exposures.n_read_days = 7 then exposures.n_active_days end
        as n_author_ai_days_week_before,
    {{ seconds_between('pull_requests.created_at', 'pull_requests.merged_at') }}
        as cycle_time_seconds,
    evidence.ai_confidence,
    pull_requests.is_bot,
    pull_requests.is_draft,
    evidence.ai_evidence is not null as is_ai_assisted,
    reverting.pr_number is not null
    or coalesce(pull_requests.title_text like 'revert %', false)
    or coalesce(pull_requests.head_text like 'revert-%', false) as is_revert,
    coalesce(
        {{ regexp_matches(
            "coalesce(pull_requests.title_text, '') || ' ' || coalesce(pull_requests.head_text, '') || ' ' || coalesce(pull_requests.labels_text, '')",
            "'(^|[^a-z])(hotfix|rollback)([^a-z]|$)'"
        ) }},
        false
    ) as is_hotfix,
    first_commits.first_commit_at,
    pull_requests.created_at,
    first_answers.picked_up_at,
    first_answers.first_review_at,
    pull_requests.merged_at,
    pull_requests.closed_at,
    loaded_since.loaded_since_date
from pull_requests
left join loaded_since
    on pull_requests.repository_id = loaded_since.repository_id
left join first_commits
    on
        pull_requests.repository_id = first_commits.repository_id
        and pull_requests.pr_number = first_commits.pr_number
left join reverting
    on
        pull_requests.repository_id = reverting.repository_id
        and pull_requests.pr_number = reverting.pr_number
left join first_answers
    on
        pull_requests.repository_id = first_answers.repository_id
        and pull_requests.pr_number = first_answers.pr_number
left join persons
    on
        pull_requests.repository_id = persons.repository_id
        and pull_requests.pr_number = persons.pr_number
left join exposures
    on
        pull_requests.repository_id = exposures.repository_id
        and pull_requests.pr_number = exposures.pr_number
left join evidence
    on
        pull_requests.repository_id = evidence.repository_id
        and pull_requests.pr_number = evidence.pr_number
