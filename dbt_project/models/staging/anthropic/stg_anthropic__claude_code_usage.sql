{#
One row per UTC day × actor × terminal × customer type × remote or local, as the Claude Code
report gives it.
#}
with

source as (

    select * from {{ source('anthropic', 'usage_report_claude_code') }}

),

renamed as (

    select
        usage_date,
        record_id,
        {{ blank_to_null('organization_id') }} as organization_id,
        {{ blank_to_null('actor_type') }} as vendor_actor_type,
        {{ normalise_email('actor_email_address') }} as actor_email,
        {{ identity_text('actor_api_key_name') }} as api_key_name,
        {{ blank_to_null('customer_type') }} as customer_type,
        {{ blank_to_null('subscription_type') }} as subscription_type,
        {{ blank_to_null('terminal_type') }} as terminal_type,
        num_sessions as n_sessions,
        lines_of_code_added as n_lines_added,
        lines_of_code_removed as n_lines_removed,
        commits_by_claude_code as n_commits,
        pull_requests_by_claude_code as n_pull_requests,
        edit_tool_accepted as n_edit_tool_accepted,
        edit_tool_rejected as n_edit_tool_rejected,
        multi_edit_tool_accepted as n_multi_edit_tool_accepted,
        multi_edit_tool_rejected as n_multi_edit_tool_rejected,
        write_tool_accepted as n_write_tool_accepted,
        write_tool_rejected as n_write_tool_rejected,
        notebook_edit_tool_accepted as n_notebook_edit_tool_accepted,
        notebook_edit_tool_rejected as n_notebook_edit_tool_rejected,
        is_remote,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
