{# One row per UTC day and combination of all nine dimensions of the usage report. #}
with

source as (

    select * from {{ source('anthropic', 'usage_report_messages') }}

),

renamed as (

    select
        usage_date,
        {{ blank_to_null('account_id') }} as account_id,
        {{ blank_to_null('api_key_id') }} as api_key_id,
        {{ blank_to_null('service_account_id') }} as service_account_id,
        {{ blank_to_null('workspace_id') }} as workspace_id,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('service_tier') }} as service_tier,
        lower({{ blank_to_null('speed') }}) as speed,
        {{ blank_to_null('context_window') }} as context_window,
        {{ blank_to_null('inference_geo') }} as inference_geo,
        uncached_input_tokens,
        cache_creation_ephemeral_5m_input_tokens as cache_write_5m_tokens,
        cache_creation_ephemeral_1h_input_tokens as cache_write_1h_tokens,
        cache_read_input_tokens as cache_read_tokens,
        output_tokens,
        web_search_requests as n_web_searches,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
