{# One row per line of the cost report: the bill, UTC day × workspace × description. #}
with

source as (

    select * from {{ source('anthropic', 'cost_report') }}

),

renamed as (

    select
        usage_date,
        {{ blank_to_null('workspace_id') }} as workspace_id,
        {{ blank_to_null('description') }} as line_description,
        {{ blank_to_null('cost_type') }} as cost_type,
        {{ blank_to_null('token_type') }} as token_type,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('service_tier') }} as service_tier,
        -- Unconfirmed how a live bill words fast mode: a field of its own, or a word of the text.
        case
            when lower({{ blank_to_null('speed') }}) = 'fast' then 'fast'
            when
                speed is null
                and {{ regexp_matches('lower(description)', "'(^|[^a-z])fast([^a-z]|$)'") }}
                then 'fast'
            else lower({{ blank_to_null('speed') }})
        end as speed,
        {{ blank_to_null('context_window') }} as context_window,
        {{ blank_to_null('inference_geo') }} as inference_geo,
        upper(currency) as currency,
        amount as stated_amount_text,
        {{ cents_to_usd('amount') }} as line_cost_usd,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
