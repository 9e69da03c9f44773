{#
One row per run of the last 28 days whose data waited longer between the end of its extract and the
mart than promised. A run that only recomputes, after a corrected rule, waited for nothing.
#}
with

builds as (

    select * from {{ ref('dq_mart_builds') }}

),

waits as (

    select
        pipeline_run_id,
        waiting_since_at,
        built_at,
        {{ dbt.datediff('waiting_since_at', 'built_at', 'minute') }} as n_minutes
    from builds
    where
        waiting_since_at is not null
        and built_at >= cast({{ dbt.dateadd('day', -28, as_of_at()) }} as timestamp)

),

final as (

    select
        {{ finding_columns(
            check_name="'pipeline_time'",
            check_scope='pipeline_run_id',
            finding=sentence([
                "'data loaded at '", 'substr(cast(waiting_since_at as ' ~ dbt.type_string() ~ '), 1, 16)',
                "' UTC stood in the marts only '", 'n_minutes', "' minutes later'"
            ]),
            observed_value='n_minutes',
            expected_value='60',
            check_date='cast(built_at as date)'
        ) }},
        waiting_since_at,
        built_at,
        pipeline_run_id
    from waits
    where n_minutes > 60

)

select * from final
