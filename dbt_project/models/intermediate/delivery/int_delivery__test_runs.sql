{#
One row per test run that CI recorded, with the pull request that it was of and its author's team, where
CI says which: by number, else by the commit of its merge. Skipped tests say nothing: the pass rate is
of those that ran, and none is known where none did.
#}
with

test_runs as (

    select * from {{ ref('stg_dev_events__test_runs') }}

),

repository_names as (

    select * from {{ ref('int_delivery__repository_names') }}

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

),

located as (

    select
        test_runs.*,
        repository_names.repository_id,
        coalesce(repository_names.repository_name, test_runs.repository_name)
            as shown_repository_name,
        coalesce(test_runs.pr_number, merged.pr_number) as of_pr_number
    from test_runs
    left join repository_names on lower(test_runs.repository_name) = repository_names.repository_key
    left join merged
        on
            repository_names.repository_id = merged.repository_id
            and test_runs.commit_sha = merged.merge_commit_sha

)

select
    located.event_id,
    located.run_id,
    located.repository_id,
    located.shown_repository_name as repository_name,
    located.service,
    located.environment,
    pull_requests.team_name,
    pull_requests.author_key,
    located.test_type,
    located.branch,
    located.commit_sha,
    located.of_pr_number as pr_number,
    located.n_tests,
    located.n_passed_tests,
    located.n_failed_tests,
    located.n_skipped_tests,
    {{ share_of('located.n_passed_tests', 'located.n_passed_tests + located.n_failed_tests') }}
        as pass_share,
    located.execution_seconds,
    located.ran_at
from located
left join pull_requests
    on
        located.repository_id = pull_requests.repository_id
        and located.of_pr_number = pull_requests.pr_number
