{# One row per organisation and version. #}
with

source as (

    select * from {{ source('anthropic', 'organizations') }}

),

renamed as (

    select
        id as organization_id,
        {{ blank_to_null('name') }} as organization_name,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
