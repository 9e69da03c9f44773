{# One row per review of a pull request. #}
with

source as (

    select * from {{ source('github', 'pull_request_reviews') }}

),

renamed as (

    select
        repository_id,
        review_id,
        {{ blank_to_null('author_login') }} as author_login,
        {{ blank_to_null('author_type') }} as author_account_type,
        lower(review_state) as review_state,
        pr_number,
        {{ utc_timestamp('submitted_at') }} as submitted_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
