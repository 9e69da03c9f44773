{# One row per comment on a pull request or on a line of it. #}
with

source as (

    select * from {{ source('github', 'pull_request_comments') }}

),

renamed as (

    select
        repository_id,
        comment_type,
        comment_id,
        {{ blank_to_null('author_login') }} as author_login,
        {{ blank_to_null('author_type') }} as author_account_type,
        pr_number,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
