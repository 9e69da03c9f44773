{# One row per group, member and version. #}
with

source as (

    select * from {{ source('anthropic', 'rbac_group_members') }}

),

renamed as (

    select
        rbac_group_id,
        user_id as anthropic_user_id,
        {{ normalise_email('email') }} as user_email,
        person_id,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('created_at') }} as joined_at,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
