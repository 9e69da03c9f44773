{#
One row per price that anybody states for a task provider: seed, sheet and feed side by side, in US dollars per million
units. A row that cannot be used says why and prices nothing; a price in another currency becomes one row per rate.
#}
with

seed_prices as (

    select * from {{ ref('task_provider_pricing') }}

),

sheet_prices as (

    select * from {{ ref('stg_sheets__provider_pricing') }}

),

feed_prices as (

    select * from {{ ref('stg_orchestrator__provider_pricing') }}

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

-- The lower rank wins where two origins price the same on the same day: what people of the company
-- wrote down, then what the orchestrator delivers, then what ships with the project.
stated as (

    select
        'sheet' as price_origin,
        1 as origin_rank,
        {{ sentence(["'row '", 'sheet_row', "' of the tab provider_pricing'"]) }} as price_row_name,
        provider,
        model,
        task_type,
        pricing_model,
        token_class,
        service_tier,
        stated_price,
        price_usd_per_million_units as price_per_million_units,
        'USD' as currency,
        coalesce(price_source, 'manual_entry') as price_source,
        valid_to_text is not null and valid_to_date is null as has_unreadable_end,
        valid_from_date,
        valid_to_date,
        cast(null as timestamp) as created_at
    from sheet_prices

    union all

    select
        'feed' as price_origin,
        2 as origin_rank,
        {{ sentence(["'price '", 'pricing_id', "' of the feed'"]) }} as price_row_name,
        provider,
        model,
        task_type,
        pricing_model,
        token_class,
        service_tier,
        stated_price,
        price_per_million_units,
        coalesce(currency, 'USD') as currency,
        coalesce(price_source, 'provider_api') as price_source,
        false as has_unreadable_end,
        valid_from_date,
        valid_to_date,
        created_at
    from feed_prices

    union all

    select
        'seed' as price_origin,
        3 as origin_rank,
        {{ sentence(["'price '", 'pricing_id', "' of the seed'"]) }} as price_row_name,
        provider,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('task_type') }} as task_type,
        pricing_model,
        {{ blank_to_null('token_class') }} as token_class,
        {{ blank_to_null('service_tier') }} as service_tier,
        cost_per_million_usd as stated_price,
        {{ to_numeric('cost_per_million_usd') }} as price_per_million_units,
        'USD' as currency,
        'manual_entry' as price_source,
        false as has_unreadable_end,
        valid_from as valid_from_date,
        valid_to as valid_to_date,
        cast(null as timestamp) as created_at
    from seed_prices

),

converted as (

    select
        stated.price_origin,
        stated.origin_rank,
        stated.price_row_name,
        stated.provider,
        stated.model,
        stated.task_type,
        stated.pricing_model,
        stated.token_class,
        stated.service_tier,
        stated.stated_price,
        stated.currency,
        stated.price_source,
        cast(
            stated.price_per_million_units
            * {{ to_numeric('fx_rates.usd_per_unit_text') }} as {{ numeric_type() }}
        ) as price_usd_per_million_units,
        case
            when stated.provider is null then 'no provider'
            when
                stated.pricing_model is null
                or stated.pricing_model not in ('per_token', 'per_request', 'per_compute_unit')
                then 'unknown pricing model'
            when stated.token_class is not null and stated.pricing_model <> 'per_token'
                then 'token class without a price per token'
            when stated.token_class not in (
                    {%- for token_class in token_classes() %}
                    '{{ token_class }}'{{ ',' if not loop.last }}
                    {%- endfor %}
                ) then 'unknown token class'
            when stated.price_per_million_units is null then 'unreadable price'
            when stated.price_per_million_units < 0 then 'negative price'
            -- A thousand dollars for a token, a million for anything else: times what a task may
            -- use of it that is more than money can be.
            when
                stated.price_per_million_units
                >= case
                    when stated.pricing_model = 'per_token' then 1000000000
                    else 1000000000000
                end
                then 'price is too large'
            when stated.valid_from_date is null or stated.has_unreadable_end
                then 'unreadable date'
            when stated.valid_to_date <= stated.valid_from_date then 'ends before it begins'
            when fx_rates.currency is null then 'currency without a rate'
        end as unusable_reason,
        case
            when fx_rates.valid_from > stated.valid_from_date then fx_rates.valid_from
            else stated.valid_from_date
        end as valid_from_date,
        case
            when stated.valid_to_date is null then fx_rates.valid_to
            when fx_rates.valid_to < stated.valid_to_date then fx_rates.valid_to
            else stated.valid_to_date
        end as valid_to_date,
        stated.created_at
    from stated
    left join fx_rates
        on
            stated.currency = fx_rates.currency
            and fx_rates.valid_from < coalesce(stated.valid_to_date, cast('9999-12-31' as date))
            and stated.valid_from_date < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))

),

final as (

    select
        -- Without the end: ending a price leaves the days before alone.
        {{ surrogate_key([
            'provider', 'model', 'task_type', 'pricing_model', 'token_class', 'service_tier',
            decimal_text('price_usd_per_million_units', 9), 'valid_from_date', 'price_origin'
        ]) }} as price_version,
        price_origin,
        origin_rank,
        price_row_name,
        provider,
        model,
        task_type,
        pricing_model,
        token_class,
        service_tier,
        stated_price,
        currency,
        price_source,
        unusable_reason,
        price_usd_per_million_units,
        valid_from_date,
        valid_to_date,
        created_at
    from converted

)

select * from final
