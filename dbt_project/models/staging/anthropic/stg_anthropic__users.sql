{# One row per Console user and version: departed users keep their last version. #}
with

source as (

    select * from {{ source('anthropic', 'users') }}

),

renamed as (

    select
        id as anthropic_user_id,
        {{ normalise_email('email') }} as user_email,
        {{ blank_to_null('name') }} as user_name,
        {{ blank_to_null('role') }} as user_role,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('added_at') }} as added_at,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
