{# One row per test run that a CI job recorded. #}
with

source as (

    select * from {{ source('dev_events', 'test_runs') }}

),

renamed as (

    select
        event_id,
        run_id,
        {{ blank_to_null('service') }} as service,
        {{ blank_to_null('repository_name') }} as repository_name,
        environment,
        test_type,
        {{ blank_to_null('branch') }} as branch,
        lower({{ blank_to_null('commit_sha') }}) as commit_sha,
        pr_number,
        total_tests as n_tests,
        passed_tests as n_passed_tests,
        failed_tests as n_failed_tests,
        skipped_tests as n_skipped_tests,
        cast(execution_seconds as {{ numeric_type() }}) as execution_seconds,
        {{ utc_timestamp('ran_at') }} as ran_at,
        {{ utc_timestamp('recorded_at') }} as recorded_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
