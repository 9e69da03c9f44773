{# One row per workspace and version; the default workspace is not in the vendor's list. #}
with

source as (

    select * from {{ source('anthropic', 'workspaces') }}

),

renamed as (

    select
        id as workspace_id,
        {{ identity_text('name') }} as workspace_name,
        {{ blank_to_null('compartment_id') }} as compartment_id,
        {{ blank_to_null('external_key_id') }} as external_key_id,
        {{ blank_to_null('data_residency') }} as data_residency_json,
        {{ blank_to_null('tags') }} as tags_json,
        archived_at is not null as is_archived,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('archived_at') }} as archived_at,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
