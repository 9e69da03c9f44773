{# One row per group of the organisation and version. #}
with

source as (

    select * from {{ source('anthropic', 'rbac_groups') }}

),

renamed as (

    select
        id as rbac_group_id,
        {{ identity_text('name') }} as group_name,
        {{ blank_to_null('source_type') }} as group_source,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
