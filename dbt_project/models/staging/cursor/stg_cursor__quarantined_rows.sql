{# One row per vendor row that broke its contract, with the reason. #}
with

source as (

    select * from {{ source('cursor', 'quarantine') }}

),

renamed as (

    select
        resource_name,
        partition_id,
        field as field_name,
        reason as quarantine_reason,
        payload as payload_json,
        cast(_loaded_at as timestamp) as _loaded_at

    from source

)

select * from renamed
