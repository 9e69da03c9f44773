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
        provider_price_id,
        price_version,
        provider,
        model,
        task_type,
        pricing_model,
        token_class,
        service_tier,
        price_origin,
        price_row_name,
        price_source,
        price_usd_per_million_units,
        valid_from_date,
        valid_to_date
    from prices

)

select * from final
