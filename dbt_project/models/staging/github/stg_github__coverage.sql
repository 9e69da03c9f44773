{# One row per raw table and repository: from which day on, and up to when, all of it is loaded. #}
with

source as (

    select * from {{ source('github', 'coverage') }}

),

renamed as (

    select
        resource_name,
        scope_id as repository_id,
        coverage_start as coverage_start_date,
        {{ utc_timestamp('coverage_end') }} as coverage_end_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
