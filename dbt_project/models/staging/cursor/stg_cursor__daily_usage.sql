{# One row per Cursor member and UTC day, as the vendor reports it. #}
with

source as (

    select * from {{ source('cursor', 'daily_usage') }}

),

renamed as (

    select
        usage_date,
        {{ blank_to_null('user_id') }} as cursor_user_id,
        {{ normalise_email('email') }} as user_email,
        {{ blank_to_null('most_used_model') }} as most_used_model,
        {{ blank_to_null('apply_most_used_extension') }} as apply_most_used_extension,
        {{ blank_to_null('tab_most_used_extension') }} as tab_most_used_extension,
        {{ blank_to_null('client_version') }} as client_version,
        total_lines_added as n_lines_added,
        total_lines_deleted as n_lines_deleted,
        accepted_lines_added as n_accepted_lines_added,
        accepted_lines_deleted as n_accepted_lines_deleted,
        total_applies as n_applies,
        total_accepts as n_accepts,
        total_rejects as n_rejects,
        total_tabs_shown as n_tabs_shown,
        total_tabs_accepted as n_tabs_accepted,
        composer_requests as n_composer_requests,
        chat_requests as n_chat_requests,
        agent_requests as n_agent_requests,
        cmdk_usages as n_cmdk_requests,
        bugbot_usages as n_bugbot_requests,
        subscription_included_reqs as n_subscription_included_requests,
        usage_based_reqs as n_usage_based_requests,
        api_key_reqs as n_api_key_requests,
        is_active,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
