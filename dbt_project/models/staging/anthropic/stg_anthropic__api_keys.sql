{# One row per API key and version: renamed and deleted keys keep their history. #}
with

source as (

    select * from {{ source('anthropic', 'api_keys') }}

),

renamed as (

    select
        id as api_key_id,
        {{ identity_text('name') }} as api_key_name,
        {{ blank_to_null('status') }} as key_status,
        {{ blank_to_null('partial_key_hint') }} as partial_key_hint,
        {{ blank_to_null('created_by_id') }} as created_by_id,
        {{ blank_to_null('created_by_type') }} as created_by_type,
        {{ blank_to_null('principal_id') }} as principal_id,
        {{ blank_to_null('principal_type') }} as principal_type,
        coalesce(
            {{ blank_to_null('workspace_id') }}, {{ blank_to_null('scope_workspace_id') }}
        ) as workspace_id,
        {{ blank_to_null('scope_workspace_id') }} as scope_workspace_id,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('expires_at') }} as expires_at,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
