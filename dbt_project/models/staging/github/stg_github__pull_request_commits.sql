{# One row per commit of a pull request, as its branch was when it was last read. #}
with

source as (

    select * from {{ source('github', 'pull_request_commits') }}

),

renamed as (

    select
        repository_id,
        commit_sha,
        {{ blank_to_null('author_login') }} as author_login,
        {{ blank_to_null('author_type') }} as author_account_type,
        {{ normalise_email('author_email') }} as author_email,
        co_author_emails as co_author_emails_json,
        {{ blank_to_null('reverts_sha') }} as reverts_sha,
        {{ blank_to_null('message_headline') }} as message_headline,
        pr_number,
        {{ utc_timestamp('authored_at') }} as authored_at,
        {{ utc_timestamp('committed_at') }} as committed_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
