{# One row per UTC day, user, product, model and its variants: what was used. #}
with

source as (

    select * from {{ source('claude_ai', 'user_usage_report') }}

),

renamed as (

    select
        usage_date,
        {{ blank_to_null('actor_type') }} as vendor_actor_type,
        {{ blank_to_null('actor_user_id') }} as claude_user_id,
        coalesce(
            {{ normalise_email('actor_email_address') }}, {{ normalise_email('actor_email') }}
        ) as user_email,
        {{ blank_to_null('product') }} as product,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('context_window') }} as context_window,
        {{ blank_to_null('inference_geo') }} as inference_geo,
        {{ blank_to_null('speed') }} as speed,
        requests as n_requests,
        uncached_input_tokens,
        cache_creation_ephemeral_5m_input_tokens as cache_write_5m_tokens,
        cache_creation_ephemeral_1h_input_tokens as cache_write_1h_tokens,
        cache_read_input_tokens as cache_read_tokens,
        output_tokens,
        total_tokens,
        web_search_requests as n_web_searches,
        actor_deleted as is_deleted_user,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
