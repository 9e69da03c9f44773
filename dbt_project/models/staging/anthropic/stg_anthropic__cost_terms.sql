{#
One row per UTC day, model, tier, context window, region and speed of the vendor's own costs,
with requests.
#}
with

source as (

    select * from {{ source('anthropic', 'analytics_cost_terms') }}

),

renamed as (

    select
        usage_date,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('service_tier') }} as service_tier,
        {{ blank_to_null('context_window') }} as context_window,
        {{ blank_to_null('inference_geo') }} as inference_geo,
        {{ blank_to_null('speed') }} as speed,
        upper(currency) as currency,
        requests as n_requests,
        {{ cents_to_usd('amount') }} as charged_usd,
        {{ cents_to_usd('list_amount') }} as list_usd,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
