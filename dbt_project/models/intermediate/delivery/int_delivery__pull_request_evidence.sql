{#
One row per pull request of which something says that a coding agent wrote on it: the first of a
label, the vendor's own count and a co-author trailer. The label is put on by the vendor; the count
holds where it is at least as large as the number of pull requests that the author opened that day;
a trailer is what whoever commits leaves in.
#}
with

pull_requests as (

    select * from {{ ref('stg_github__pull_requests') }}

),

pull_request_commits as (

    select * from {{ ref('stg_github__pull_request_commits') }}

),

default_branch_commits as (

    select * from {{ ref('stg_github__commits') }}

),

claude_code_records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where actor_type = 'person' and n_pull_requests > 0

),

accounts as (

    select * from {{ ref('int_delivery__accounts') }}

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

co_authors as (

    select * from {{ ref('ai_co_authors') }}

),

trailers as (

    select
        repository_id,
        pr_number,
        co_author_emails_json
    from pull_request_commits

    union distinct

    -- A squash keeps in one commit what the branch said in many.
    select
        pull_requests.repository_id,
        pull_requests.pr_number,
        default_branch_commits.co_author_emails_json
    from pull_requests
    inner join default_branch_commits
        on
            pull_requests.repository_id = default_branch_commits.repository_id
            and pull_requests.merge_commit_sha = default_branch_commits.commit_sha
    where pull_requests.merged_at is not null

),

signed as (

    select
        trailers.repository_id,
        trailers.pr_number,
        min(co_authors.ai_tool) as ai_tool
    from trailers
    inner join co_authors
        on lower(trailers.co_author_emails_json) like '%"' || co_authors.co_author_email || '"%'
    group by trailers.repository_id, trailers.pr_number

),

opened as (

    select
        accounts.person_id,
        pull_requests.repository_id,
        pull_requests.pr_number,
        cast(pull_requests.created_at as date) as opened_date,
        count(*) over (
            partition by accounts.person_id, cast(pull_requests.created_at as date)
        ) as n_opened
    from pull_requests
    inner join accounts on lower(pull_requests.author_login) = accounts.account_login

),

counted as (

    select
        email_owners.person_id,
        claude_code_records.usage_date,
        sum(claude_code_records.n_pull_requests) as n_pull_requests
    from claude_code_records
    inner join email_owners on claude_code_records.actor_id = email_owners.alias_email
    group by email_owners.person_id, claude_code_records.usage_date

),

evidence as (

    select
        repository_id,
        pr_number,
        'label' as ai_evidence,
        'claude_code' as ai_tool,
        1 as evidence_rank
    from pull_requests
    where lower(labels_json) like '%"claude-code-assisted"%'

    union all

    select
        opened.repository_id,
        opened.pr_number,
        'commit_data' as ai_evidence,
        'claude_code' as ai_tool,
        2 as evidence_rank
    from opened
    inner join counted
        on
            opened.person_id = counted.person_id
            and opened.opened_date = counted.usage_date
            and opened.n_opened <= counted.n_pull_requests

    union all

    select
        repository_id,
        pr_number,
        'co_author' as ai_evidence,
        ai_tool,
        3 as evidence_rank
    from signed

),

ranked as (

    select
        *,
        row_number() over (partition by repository_id, pr_number order by evidence_rank) as choice
    from evidence

)

select
    repository_id,
    pr_number,
    ai_evidence,
    ai_tool,
    case ai_evidence
        when 'label' then {{ to_numeric("'0.95'") }}
        when 'commit_data' then {{ to_numeric("'0.85'") }}
        else {{ to_numeric("'0.8'") }}
    end
        as ai_confidence
from ranked
where choice = 1
