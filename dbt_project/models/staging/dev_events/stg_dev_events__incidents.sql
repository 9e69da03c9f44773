{# One row per event of an incident, as it was recorded last. #}
with

source as (

    select * from {{ source('dev_events', 'incidents') }}

),

renamed as (

    select
        event_id,
        incident_id,
        {{ blank_to_null('service') }} as service,
        environment,
        deployment_environment,
        {{ blank_to_null('caused_by_deployment_id') }} as caused_by_deployment_id,
        {{ utc_timestamp('opened_at') }} as opened_at,
        {{ utc_timestamp('resolved_at') }} as resolved_at,
        {{ utc_timestamp('recorded_at') }} as recorded_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
