{#
One row per pull request and commit that it takes back, by what its commits say, with the pull request
that had brought that commit: NULL where none did, or where it was not read. What a branch takes back
of itself is no revert.
#}
with

pull_requests as (

    select * from {{ ref('stg_github__pull_requests') }}

),

pull_request_commits as (

    select * from {{ ref('stg_github__pull_request_commits') }}

),

commits as (

    select * from {{ ref('stg_github__commits') }}

),

merge_commits as (

    select
        pull_requests.repository_id,
        pull_requests.pr_number,
        pull_requests.merge_commit_sha as commit_sha,
        commits.reverts_sha
    from pull_requests
    left join commits
        on
            pull_requests.repository_id = commits.repository_id
            and pull_requests.merge_commit_sha = commits.commit_sha
    where pull_requests.merged_at is not null

),

brought as (

    select
        repository_id,
        pr_number,
        commit_sha,
        reverts_sha
    from pull_request_commits

    union distinct

    select
        repository_id,
        pr_number,
        commit_sha,
        reverts_sha
    from merge_commits

)

select
    reverting.repository_id,
    reverting.pr_number,
    reverting.reverts_sha,
    min(reverted.pr_number) as reverted_pr_number
from brought as reverting
left join brought as reverted
    on
        reverting.repository_id = reverted.repository_id
        and reverting.reverts_sha = reverted.commit_sha
where
    reverting.reverts_sha is not null
    and (reverted.pr_number is null or reverting.pr_number <> reverted.pr_number)
group by reverting.repository_id, reverting.pr_number, reverting.reverts_sha
