{#
One row per price in force and period (start included, end excluded), in US dollars per million units, with the row that
states it. Where sheet, feed and seed claim the same day, the sheet wins over the feed and the feed over the seed.
#}
with

prices as (

    select * from {{ ref('int_savings__prices') }}

),

final as (

    select
        provider,
        model,
        task_type,
        pricing_model,
        token_class,
        service_tier,
        valid_from_date,
        valid_to_date,
        price_usd_per_million_units,
        price_version,
        price_origin,
        price_row_name,
        price_source,
        provider_price_id
    from prices

)

select * from final
