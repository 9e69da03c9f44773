{# One row per user of a Claude Code team file: month-to-date totals, kept for comparison. #}
with

source as (

    select * from {{ source('claude_ai', 'claude_code_team_reports') }}

),

renamed as (

    select
        file_name,
        file_row,
        period_start as file_start_date,
        period_end as file_end_date,
        {{ normalise_email('user_name') }} as user_email,
        lines_this_month as n_month_lines,
        {{ to_numeric('spend_this_month_usd') }} as month_spend_usd,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
