{# One row per UTC day: what Enterprise Analytics says of the whole organisation. #}
with

source as (

    select * from {{ source('claude_ai', 'daily_summaries') }}

),

renamed as (

    select
        usage_date,
        assigned_seat_count as n_assigned_seats,
        pending_invite_count as n_pending_invites,
        daily_active_user_count as n_daily_active_users,
        weekly_active_user_count as n_weekly_active_users,
        monthly_active_user_count as n_monthly_active_users,
        cowork_daily_active_user_count as n_cowork_daily_active_users,
        cowork_weekly_active_user_count as n_cowork_weekly_active_users,
        cowork_monthly_active_user_count as n_cowork_monthly_active_users,
        chat_daily_active_user_count as n_chat_daily_active_users,
        chat_weekly_active_user_count as n_chat_weekly_active_users,
        chat_monthly_active_user_count as n_chat_monthly_active_users,
        claude_code_daily_active_user_count as n_claude_code_daily_active_users,
        claude_code_weekly_active_user_count as n_claude_code_weekly_active_users,
        claude_code_monthly_active_user_count as n_claude_code_monthly_active_users,
        {{ to_numeric('daily_adoption_rate') }} as daily_adoption_percent,
        {{ to_numeric('weekly_adoption_rate') }} as weekly_adoption_percent,
        {{ to_numeric('monthly_adoption_rate') }} as monthly_adoption_percent,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
