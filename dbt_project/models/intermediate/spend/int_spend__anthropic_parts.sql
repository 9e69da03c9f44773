{# One row per part of the Anthropic bill or estimate, at the actor that the usage report names. #}
with

allocated_lines as (

    select * from {{ ref('int_spend__allocated_lines') }}

),

estimated_lines as (

    select * from {{ ref('int_spend__estimated_lines') }}

)

select
    actor_type,
    actor_id,
    workspace_key,
    platform,
    model,
    cost_component,
    spend_basis,
    spend_method,
    spend_usd,
    usage_date
from allocated_lines

union all

select
    actor_type,
    actor_id,
    workspace_key,
    platform,
    model,
    cost_component,
    spend_basis,
    spend_method,
    spend_usd,
    usage_date
from estimated_lines
