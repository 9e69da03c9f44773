{# One row per pull request, as it was when it was last read. #}
with

source as (

    select * from {{ source('github', 'pull_requests') }}

),

renamed as (

    select
        repository_id,
        {{ blank_to_null('repository_name') }} as repository_name,
        {{ blank_to_null('title') }} as pr_title,
        state as pr_state,
        {{ blank_to_null('author_login') }} as author_login,
        {{ blank_to_null('author_type') }} as author_account_type,
        labels as labels_json,
        {{ blank_to_null('merge_commit_sha') }} as merge_commit_sha,
        {{ blank_to_null('head_ref') }} as head_ref,
        {{ blank_to_null('base_ref') }} as base_ref,
        pr_number,
        is_draft,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('closed_at') }} as closed_at,
        {{ utc_timestamp('merged_at') }} as merged_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
