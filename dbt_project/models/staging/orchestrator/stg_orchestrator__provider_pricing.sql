{# One row per price of the orchestrator's feed, as it was delivered last. #}
with

source as (

    select * from {{ source('orchestrator', 'provider_pricing') }}

),

renamed as (

    select
        pricing_id,
        provider,
        model,
        task_type,
        pricing_model,
        token_class,
        service_tier,
        cost_per_unit as stated_price,
        {{ per_million('cost_per_unit') }} as price_per_million_units,
        upper(currency) as currency,
        price_source,
        effective_date as valid_from_date,
        end_date as valid_to_date,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
