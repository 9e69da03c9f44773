{# One row per day, vendor, platform, actor, model, component and basis; no model is a model too. #}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

)

select
    usage_date,
    vendor,
    platform,
    actor_type,
    actor_id,
    model,
    cost_component,
    spend_basis,
    count(*) as n_rows
from ledger
group by usage_date, vendor, platform, actor_type, actor_id, model, cost_component, spend_basis
having count(*) > 1
