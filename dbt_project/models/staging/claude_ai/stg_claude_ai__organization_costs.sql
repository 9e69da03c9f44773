{# One row per UTC day and product: what the vendor charges the organisation, whoever used it. #}
with

source as (

    select * from {{ source('claude_ai', 'organization_cost_report') }}

),

renamed as (

    select
        usage_date,
        {{ blank_to_null('product') }} as product,
        upper(currency) as currency,
        requests as n_requests,
        {{ cents_to_usd('amount') }} as charged_usd,
        {{ cents_to_usd('list_amount') }} as list_usd,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
