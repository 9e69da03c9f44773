{#
One row per thing that a metric of development is made of: a pull request merged by people, a change
that was deployed, a test run in which something ran, a look at a rule, one that says whether
documentation came first. A person who stands behind one of several (the author of a change in a
deployment) has a row of their own, which is no observation.
#}
{{ config(materialized='table') }}
with

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}

),

judged_deployments as (

    select * from {{ ref('int_delivery__judged_deployments') }}
    where is_change

),

deployed_changes as (

    select * from {{ ref('int_delivery__deployed_changes') }}

),

test_runs as (

    select * from {{ ref('int_delivery__test_runs') }}

),

rule_events as (

    select * from {{ ref('int_delivery__rule_events') }}

),

observations as (

    select
        'pull_requests' as metric_source,
        '' as environment_key,
        team_name,
        author_key,
        true as is_observed,
        cycle_time_seconds as measured_value,
        cast(null as {{ dbt.type_bigint() }}) as n_counted,
        cast(null as {{ dbt.type_bigint() }}) as n_of,
        merged_at as observed_at
    from pull_requests
    where
        cycle_time_seconds is not null
        and not is_bot
        and {{ is_loaded_whole(utc_date('merged_at')) }}

    union all

    select
        'deployments' as metric_source,
        coalesce(deployment_environment, '') as environment_key,
        team_name,
        cast(null as {{ dbt.type_string() }}) as author_key,
        true as is_observed,
        cast(null as {{ numeric_type() }}) as measured_value,
        cast(null as {{ dbt.type_bigint() }}) as n_counted,
        cast(null as {{ dbt.type_bigint() }}) as n_of,
        deployed_at as observed_at
    from judged_deployments

    union all

    select
        'deployments' as metric_source,
        coalesce(judged_deployments.deployment_environment, '') as environment_key,
        judged_deployments.team_name,
        pull_requests.author_key,
        false as is_observed,
        cast(null as {{ numeric_type() }}) as measured_value,
        cast(null as {{ dbt.type_bigint() }}) as n_counted,
        cast(null as {{ dbt.type_bigint() }}) as n_of,
        judged_deployments.deployed_at as observed_at
    from judged_deployments
    inner join deployed_changes
        on judged_deployments.deployment_event_id = deployed_changes.deployment_event_id
    inner join pull_requests
        on
            deployed_changes.repository_id = pull_requests.repository_id
            and deployed_changes.pr_number = pull_requests.pr_number
            and not pull_requests.is_bot

    union all

    select
        'test_runs' as metric_source,
        coalesce(environment, '') as environment_key,
        team_name,
        author_key,
        true as is_observed,
        pass_share as measured_value,
        n_passed_tests as n_counted,
        n_passed_tests + n_failed_tests as n_of,
        ran_at as observed_at
    from test_runs
    where pass_share is not null

    union all

    select
        'rules' as metric_source,
        coalesce(environment, '') as environment_key,
        team_name,
        author_key,
        true as is_observed,
        cast(null as {{ numeric_type() }}) as measured_value,
        cast(case when compliance_status = 'compliant' then 1 else 0 end as {{ dbt.type_bigint() }})
            as n_counted,
        cast(1 as {{ dbt.type_bigint() }}) as n_of,
        occurred_at as observed_at
    from rule_events

    union all

    select
        'documentation' as metric_source,
        coalesce(environment, '') as environment_key,
        team_name,
        author_key,
        true as is_observed,
        cast(null as {{ numeric_type() }}) as measured_value,
        cast(case when is_documentation_first then 1 else 0 end as {{ dbt.type_bigint() }})
            as n_counted,
        cast(1 as {{ dbt.type_bigint() }}) as n_of,
        occurred_at as observed_at
    from rule_events
    where is_documentation_first is not null

)

select
    metric_source,
    environment_key,
    coalesce(team_name, '') as team_text,
    author_key,
    n_counted,
    n_of,
    measured_value,
    is_observed,
    cast(observed_at as date) as observed_date
from observations
