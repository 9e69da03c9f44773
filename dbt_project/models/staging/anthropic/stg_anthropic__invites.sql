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
        {{ utc_timestamp('invited_at') }} as invited_at,
        {{ utc_timestamp('expires_at') }} as expires_at,
        {{ utc_timestamp('accepted_at') }} as accepted_at,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
