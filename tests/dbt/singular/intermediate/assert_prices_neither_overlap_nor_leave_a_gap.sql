{# The periods of one price follow each other without a gap or overlap, and none is empty. #}
with

list_prices as (

    select * from {{ ref('int_spend__list_prices') }}

),

followed as (

    select
        *,
        lead(valid_from_date) over (
            partition by
                provider, {{ model_key('model') }}, cost_component, service_tier, context_window
            order by valid_from_date, price_id
        ) as next_valid_from_date
    from list_prices

)

select
    price_id,
    model,
    cost_component,
    service_tier,
    context_window,
    valid_from_date,
    valid_to_date,
    next_valid_from_date
from followed
where
    valid_to_date <= valid_from_date
    or (
        next_valid_from_date is not null
        and coalesce(valid_to_date, cast('9999-12-31' as date)) <> next_valid_from_date
    )
