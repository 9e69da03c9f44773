{#
One row per price in force and period (start included, end excluded): at most one per provider, model, task type, token
class, tier and day. Where two rows claim a day, the better origin prices it (sheet, feed, seed), then the row made last.
#}
{{ config(materialized='table') }}
with

price_rows as (

    select
        *,
        {{ surrogate_key([
            'provider', model_key('model'), 'task_type', 'token_class', 'service_tier'
        ]) }}
            as price_key
    from {{ ref('int_savings__price_rows') }}
    where unusable_reason is null

),

bounds as (

    select
        price_key,
        valid_from_date as bound_date
    from price_rows

    union distinct

    select
        price_key,
        valid_to_date as bound_date
    from price_rows
    where valid_to_date is not null

),

periods as (

    select
        price_key,
        bound_date as valid_from_date,
        lead(bound_date) over (partition by price_key order by bound_date) as valid_to_date
    from bounds

),

claimed as (

    select
        price_rows.price_version,
        price_rows.price_origin,
        price_rows.origin_rank,
        price_rows.price_row_name,
        price_rows.provider,
        price_rows.model,
        price_rows.task_type,
        price_rows.pricing_model,
        price_rows.token_class,
        price_rows.service_tier,
        price_rows.price_source,
        price_rows.price_usd_per_million_units,
        price_rows.price_key,
        periods.valid_from_date,
        periods.valid_to_date,
        row_number() over (
            partition by periods.price_key, periods.valid_from_date
            order by
                price_rows.origin_rank asc,
                coalesce(price_rows.created_at, cast('1900-01-01' as timestamp)) desc,
                price_rows.valid_from_date desc,
                price_rows.price_version asc,
                price_rows.price_row_name asc
        ) as claim_rank
    from periods
    inner join price_rows
        on
            periods.price_key = price_rows.price_key
            and periods.valid_from_date >= price_rows.valid_from_date
            and periods.valid_from_date
            < coalesce(price_rows.valid_to_date, cast('9999-12-31' as date))

),

final as (

    select
        {{ surrogate_key(['price_key', 'valid_from_date']) }} as provider_price_id,
        price_version,
        price_origin,
        origin_rank,
        price_row_name,
        provider,
        model,
        task_type,
        pricing_model,
        token_class,
        service_tier,
        price_source,
        price_usd_per_million_units,
        valid_from_date,
        valid_to_date
    from claimed
    where claim_rank = 1

)

select * from final
