{# One row per line of the provider_pricing tab: a price of a task provider and its validity. #}
{# A cell that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'provider_pricing') }}

),

cells as (

    select
        sheet_row,
        {% for cell in [
            'pricing_id', 'provider', 'model', 'task_type', 'pricing_model', 'token_class',
            'service_tier', 'cost_per_million_usd', 'price_source', 'effective_date',
            'end_date'
        ] %}
        {{ identity_text(cell) }} as {{ cell }},
        {% endfor %}
        _loaded_at
    from source

),

renamed as (

    select
        sheet_row,
        pricing_id,
        provider,
        model,
        task_type,
        {{ snake_word('pricing_model') }} as pricing_model,
        {{ snake_word('token_class') }} as token_class,
        service_tier,
        cost_per_million_usd as stated_price,
        {{ strict_decimal('cost_per_million_usd') }} as price_usd_per_million_units,
        price_source,
        effective_date as valid_from_text,
        end_date as valid_to_text,
        {{ strict_date('effective_date') }} as valid_from_date,
        {{ strict_date('end_date') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from cells

)

select * from renamed
