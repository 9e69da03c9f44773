{# One row per invitation and version. #}
with

source as (

    select * from {{ source('anthropic', 'invites') }}

),

renamed as (

    select
        id as invite_id,
        {{ normalise_email('email') }} as invited_email,
        {{ blank_to_null('role') }} as invited_role,
        {{ blank_to_null('status') }} as invite_status,
        _dlt_valid_to is null as is_current,
        cast(invited_at as timestamp) as invited_at,
        cast(expires_at as timestamp) as expires_at,
        cast(accepted_at as timestamp) as accepted_at,
        cast(_dlt_valid_from as timestamp) as version_started_at,
        cast(_dlt_valid_to as timestamp) as version_ended_at,
        cast(_loaded_at as timestamp) as _loaded_at

    from source

)

select * from renamed
