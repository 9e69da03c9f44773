{# One row per repository and version of it: a new name is a new version. #}
with

source as (

    select * from {{ source('github', 'repositories') }}

),

renamed as (

    select
        repository_id,
        {{ blank_to_null('repository_name') }} as repository_name,
        {{ utc_timestamp('_dlt_valid_from') }} as valid_from_at,
        {{ utc_timestamp('_dlt_valid_to') }} as valid_to_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
