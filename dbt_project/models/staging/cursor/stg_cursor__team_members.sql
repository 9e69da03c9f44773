{# One row per Cursor member and version: removed and changed members keep their history. #}
with

source as (

    select * from {{ source('cursor', 'team_members') }}

),

renamed as (

    select
        {{ blank_to_null('id') }} as cursor_user_id,
        {{ normalise_email('email') }} as member_email,
        {{ blank_to_null('name') }} as member_name,
        {{ blank_to_null('role') }} as member_role,
        is_removed,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
