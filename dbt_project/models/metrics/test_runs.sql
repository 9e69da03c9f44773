{# One row per test run that CI recorded. #}
with

test_runs as (

    select * from {{ ref('int_delivery__test_runs') }}

)

select
    cast(ran_at as date) as run_date,
    repository_name,
    service,
    team_name,
    environment,
    test_type,
    branch,
    pr_number,
    n_tests as total_tests,
    n_passed_tests as passed_tests,
    n_failed_tests as failed_tests,
    n_skipped_tests as skipped_tests,
    pass_share as pass_rate,
    execution_seconds,
    ran_at,
    commit_sha,
    repository_id,
    run_id,
    event_id as test_run_id
from test_runs
