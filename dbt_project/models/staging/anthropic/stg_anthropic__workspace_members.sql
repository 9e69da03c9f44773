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
        cast(_dlt_valid_from as timestamp) as version_started_at,
        cast(_dlt_valid_to as timestamp) as version_ended_at,
        cast(_loaded_at as timestamp) as _loaded_at

    from source

)

select * from renamed
