{#
One row per UTC day, identity, key, model, product and workspace of the vendor's own costs,
with requests.
#}
with

source as (

    select * from {{ source('anthropic', 'analytics_cost_requests') }}

),

renamed as (

    select
        usage_date,
        {{ blank_to_null('actor_type') }} as vendor_actor_type,
        {{ blank_to_null('api_key_id') }} as api_key_id,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('product') }} as product,
        {{ blank_to_null('workspace_id') }} as workspace_id,
        upper(currency) as currency,
        requests as n_requests,
        {{ cents_to_usd('amount') }} as charged_usd,
        {{ cents_to_usd('list_amount') }} as list_usd,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
