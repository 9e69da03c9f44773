{# One row per workspace and version; the default workspace is not in the vendor's list. #}
with

source as (

    select * from {{ source('anthropic', 'workspaces') }}

),

renamed as (

    select
        id as workspace_id,
        {{ blank_to_null('name') }} as workspace_name,
        {{ blank_to_null('compartment_id') }} as compartment_id,
        {{ blank_to_null('external_key_id') }} as external_key_id,
        {{ blank_to_null('data_residency') }} as data_residency_json,
        {{ blank_to_null('tags') }} as tags_json,
        archived_at is not null as is_archived,
        _dlt_valid_to is null as is_current,
        cast(created_at as timestamp) as created_at,
        cast(archived_at as timestamp) as archived_at,
        cast(_dlt_valid_from as timestamp) as version_started_at,
        cast(_dlt_valid_to as timestamp) as version_ended_at,
        cast(_loaded_at as timestamp) as _loaded_at

    from source

)

select * from renamed
