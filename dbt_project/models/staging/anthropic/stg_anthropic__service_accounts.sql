{# One row per service account and version. #}
with

source as (

    select * from {{ source('anthropic', 'service_accounts') }}

),

renamed as (

    select
        id as listed_account_id,
        {{ identity_text('name') }} as listed_account_name,
        {{ blank_to_null('created_by_actor_id') }} as made_by_id,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
