{# One row per day, vendor, platform, actor, model and component; no model is a model too. #}
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
    count(*) as n_rows
from ledger
group by usage_date, vendor, platform, actor_type, actor_id, model, cost_component
having count(*) > 1
