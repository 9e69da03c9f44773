{#
One row per UTC day, model and cost component whose units no list price covers: unpriced, never
free.
#}
with

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}

)

select
    model,
    cost_component,
    coalesce(service_tier, 'standard') as service_tier,
    {{ sum_units('n_units') }} as n_unpriced_units,
    usage_date as check_date
from priced_usage
where
    list_value_usd is null
    and coalesce(service_tier, 'standard') <> 'priority'
group by model, cost_component, coalesce(service_tier, 'standard'), usage_date
