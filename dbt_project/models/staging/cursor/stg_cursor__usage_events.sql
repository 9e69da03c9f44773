{#
One row per Cursor usage event (the vendor gives events no id: day and position in the day
identify one).
#}
with

source as (

    select * from {{ source('cursor', 'usage_events') }}

),

renamed as (

    select
        usage_date,
        event_row,
        {{ normalise_email('user_email') }} as user_email,
        {{ blank_to_null('user_id') }} as cursor_user_id,
        {{ blank_to_null('service_account_id') }} as service_account_id,
        {{ blank_to_null('service_account_name') }} as service_account_name,
        {{ blank_to_null('cloud_agent_id') }} as cloud_agent_id,
        {{ blank_to_null('automation_id') }} as automation_id,
        {{ blank_to_null('conversation_id') }} as conversation_id,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('kind') }} as event_kind,
        charged_cents as stated_amount_text,
        input_tokens,
        output_tokens,
        cache_write_tokens,
        cache_read_tokens,
        {{ to_numeric('requests_costs') }} as request_units,
        {{ cents_to_usd('total_cents') }} as model_cost_usd,
        {{ cents_to_usd('cursor_token_fee') }} as token_fee_usd,
        {{ cents_to_usd('charged_cents') }} as charged_usd,
        max_mode as is_max_mode,
        is_token_based_call,
        is_chargeable,
        is_headless,
        is_free_bugbot,
        {{ ms_to_timestamp('timestamp_ms') }} as used_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
