{# One row per deployment that a CI job recorded, as it was recorded last. #}
with

source as (

    select * from {{ source('dev_events', 'deployments') }}

),

renamed as (

    select
        event_id,
        deployment_id as recorded_deployment_id,
        {{ blank_to_null('service') }} as service,
        {{ blank_to_null('repository_name') }} as repository_name,
        environment,
        deployment_environment,
        status as deployment_status,
        lower({{ blank_to_null('commit_sha') }}) as commit_sha,
        {{ blank_to_null('branch') }} as branch,
        {{ blank_to_null('deployed_by') }} as deployed_by,
        {{ blank_to_null('rolls_back_deployment_id') }} as rolls_back_deployment_id,
        {{ blank_to_null('fixes_deployment_id') }} as fixes_deployment_id,
        pr_number,
        is_unplanned as is_stated_unplanned,
        {{ utc_timestamp('deployed_at') }} as deployed_at,
        {{ utc_timestamp('recorded_at') }} as recorded_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
