{#
One row per record of the Claude Code report with its actor: a person by e-mail, or an API key by
its name.
#}
with

records as (

    select * from {{ ref('stg_anthropic__claude_code_usage') }}

)

select
    record_id,
    case
        when actor_email is not null then 'person'
        when api_key_name is not null then 'api_key_name'
        else 'unattributed'
    end as actor_type,
    coalesce(actor_email, api_key_name, 'unattributed:claude_code') as actor_id,
    customer_type,
    subscription_type,
    terminal_type,
    n_sessions,
    n_lines_added,
    n_lines_removed,
    n_commits,
    n_pull_requests,
    n_edit_tool_accepted,
    n_edit_tool_rejected,
    n_multi_edit_tool_accepted,
    n_multi_edit_tool_rejected,
    n_write_tool_accepted,
    n_write_tool_rejected,
    n_notebook_edit_tool_accepted,
    n_notebook_edit_tool_rejected,
    is_remote,
    usage_date,
    _loaded_at
from records
