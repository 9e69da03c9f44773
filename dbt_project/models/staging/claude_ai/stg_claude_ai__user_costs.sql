{# One row per UTC day, user, product, model and its variants: what the vendor charges. #}
with

source as (

    select * from {{ source('claude_ai', 'user_cost_report') }}

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
        {{ blank_to_null('cost_type') }} as cost_type,
        {{ blank_to_null('token_type') }} as token_type,
        upper(currency) as currency,
        amount as stated_amount_text,
        requests as n_requests,
        {{ cents_to_usd('amount') }} as charged_usd,
        {{ cents_to_usd('list_amount') }} as list_usd,
        actor_deleted as is_deleted_user,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
