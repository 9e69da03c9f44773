{# One row per line of the provider_pricing tab: a price of a task provider and its validity. #}
{# A cell that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'provider_pricing') }}

),

renamed as (

    select
        sheet_row,
        {{ blank_to_null('pricing_id') }} as pricing_id,
        {{ blank_to_null('provider') }} as provider,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('task_type') }} as task_type,
        nullif(lower(trim(pricing_model)), '') as pricing_model,
        nullif(lower(trim(token_class)), '') as token_class,
        {{ blank_to_null('service_tier') }} as service_tier,
        {{ blank_to_null('cost_per_million_usd') }} as stated_price,
        {{ try_cast("nullif(trim(cost_per_million_usd), '')", numeric_type()) }}
            as price_usd_per_million_units,
        {{ blank_to_null('price_source') }} as price_source,
        {{ blank_to_null('effective_date') }} as valid_from_text,
        {{ blank_to_null('end_date') }} as valid_to_text,
        {{ try_cast("nullif(trim(effective_date), '')", 'date') }} as valid_from_date,
        {{ try_cast("nullif(trim(end_date), '')", 'date') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
