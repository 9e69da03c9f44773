{#
One row per list price and period of validity (start included, end excluded), USD per million
units.
#}
with

provider_pricing as (

    select * from {{ ref('provider_pricing') }}

)

select
    {{ surrogate_key([
        'provider', 'model', 'cost_component', 'service_tier', 'context_window', 'valid_from'
    ]) }} as price_id,
    provider,
    model,
    cost_component,
    service_tier,
    context_window,
    usd_per_million_units as price_text,
    {{ to_numeric('usd_per_million_units') }} as list_price_usd_per_million_units,
    valid_from as valid_from_date,
    valid_to as valid_to_date
from provider_pricing
