{#
One row per price of a task provider that differs by more than 10 % from the one in force before it.
#}
with

prices as (

    select
        *,
        lag(price_usd_per_million_units) over (
            partition by provider, model, task_type, token_class, service_tier
            order by valid_from_date
        ) as last_price_usd_per_million_units,
        lag(pricing_model) over (
            partition by provider, model, task_type, token_class, service_tier
            order by valid_from_date
        ) as last_pricing_model
    from {{ ref('int_savings__prices') }}

),

changes as (

    select
        *,
        {{ proportional_part(
            to_numeric('1'),
            billionths('abs(price_usd_per_million_units - last_price_usd_per_million_units)'),
            billionths('last_price_usd_per_million_units')
        ) }} as change_ratio
    from prices
    where pricing_model = last_pricing_model

),

final as (

    select
        {{ finding_columns(
            check_name="'price_change'",
            check_scope=sentence(['price_row_name', "' for '", 'provider']),
            finding=sentence([
                'price_row_name', "' prices '", 'provider', "' at '",
                decimal_text('price_usd_per_million_units', 6), "' USD per million from '",
                'valid_from_date', "', before it was '",
                decimal_text('last_price_usd_per_million_units', 6)
            ]),
            observed_value='change_ratio',
            check_date='valid_from_date'
        ) }},
        provider,
        provider_price_id
    from changes
    where
        10 * abs(price_usd_per_million_units - last_price_usd_per_million_units)
        > last_price_usd_per_million_units

)

select * from final
