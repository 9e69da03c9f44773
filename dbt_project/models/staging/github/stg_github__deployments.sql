{# One row per deployment that GitHub knows; how it ended is said by its statuses. #}
with

source as (

    select * from {{ source('github', 'deployments') }}

),

renamed as (

    select
        repository_id,
        {{ blank_to_null('repository_name') }} as repository_name,
        deployment_id as github_deployment_id,
        commit_sha,
        {{ blank_to_null('ref') }} as branch,
        {{ blank_to_null('task') }} as deployment_task,
        {{ blank_to_null('service') }} as service,
        {{ blank_to_null('environment') }} as environment_name,
        {{ blank_to_null('creator_login') }} as creator_login,
        is_production_environment,
        is_transient_environment,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
