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
        cast(added_at as timestamp) as added_at,
        cast(_dlt_valid_from as timestamp) as version_started_at,
        cast(_dlt_valid_to as timestamp) as version_ended_at,
        cast(_loaded_at as timestamp) as _loaded_at

    from source

)

select * from renamed
