{# One row per event in the life of a pull request. #}
with

source as (

    select * from {{ source('github', 'issue_events') }}

),

renamed as (

    select
        repository_id,
        event_id,
        event_type,
        {{ blank_to_null('actor_login') }} as actor_login,
        {{ blank_to_null('label_name') }} as label_name,
        pr_number,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
