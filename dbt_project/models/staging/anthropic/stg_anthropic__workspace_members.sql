{# One row per workspace, member and version. #}
with

source as (

    select * from {{ source('anthropic', 'workspace_members') }}

),

renamed as (

    select
        user_id as anthropic_user_id,
        workspace_id,
        {{ blank_to_null('workspace_role') }} as workspace_role,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
