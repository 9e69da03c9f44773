{# One row per status that a deployment had. #}
with

source as (

    select * from {{ source('github', 'deployment_statuses') }}

),

renamed as (

    select
        repository_id,
        deployment_id as github_deployment_id,
        status_id,
        state as deployment_state,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
