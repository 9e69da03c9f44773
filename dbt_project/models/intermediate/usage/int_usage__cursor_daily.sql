{#
One row per Cursor e-mail and UTC day: one e-mail in two spellings, or two accounts of one e-mail, are one.
#}
with

daily_usage as (

    select * from {{ ref('stg_cursor__daily_usage') }}

)

select
    coalesce(user_email, 'unattributed:cursor') as user_email,
    min(cursor_user_id) as cursor_user_id,
    max(most_used_model) as most_used_model,
    max(apply_most_used_extension) as apply_most_used_extension,
    max(tab_most_used_extension) as tab_most_used_extension,
    max(client_version) as client_version,
    {{ sum_units('n_lines_added') }} as n_lines_added,
    {{ sum_units('n_lines_deleted') }} as n_lines_deleted,
    {{ sum_units('n_accepted_lines_added') }} as n_accepted_lines_added,
    {{ sum_units('n_accepted_lines_deleted') }} as n_accepted_lines_deleted,
    {{ sum_units('n_applies') }} as n_applies,
    {{ sum_units('n_accepts') }} as n_accepts,
    {{ sum_units('n_rejects') }} as n_rejects,
    {{ sum_units('n_tabs_shown') }} as n_tabs_shown,
    {{ sum_units('n_tabs_accepted') }} as n_tabs_accepted,
    {{ sum_units('n_composer_requests') }} as n_composer_requests,
    {{ sum_units('n_chat_requests') }} as n_chat_requests,
    {{ sum_units('n_agent_requests') }} as n_agent_requests,
    {{ sum_units('n_cmdk_requests') }} as n_cmdk_requests,
    {{ sum_units('n_bugbot_requests') }} as n_bugbot_requests,
    {{ sum_units('n_subscription_included_requests') }} as n_subscription_included_requests,
    {{ sum_units('n_usage_based_requests') }} as n_usage_based_requests,
    {{ sum_units('n_api_key_requests') }} as n_api_key_requests,
    max(case when is_active then 1 when not is_active then 0 end) as active_flag,
    usage_date
from daily_usage
group by user_email, usage_date
