{# One row per line of a spend-report file: totals of a period, kept for comparison. #}
with

source as (

    select * from {{ source('claude_ai', 'spend_reports') }}

),

renamed as (

    select
        file_name,
        file_row,
        period_start as period_start_date,
        period_end as period_end_date,
        {{ normalise_email('user_email') }} as user_email,
        {{ blank_to_null('account_uuid') }} as claude_user_id,
        {{ blank_to_null('product') }} as product,
        {{ blank_to_null('model') }} as model,
        total_requests as n_requests,
        total_prompt_tokens as prompt_tokens,
        total_completion_tokens as completion_tokens,
        total_web_search_count as n_web_searches,
        {{ to_numeric('total_net_spend_usd') }} as net_spend_usd,
        {{ to_numeric('total_gross_spend_usd') }} as gross_spend_usd,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
