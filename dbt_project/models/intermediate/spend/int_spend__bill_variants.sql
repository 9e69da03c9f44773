{#
One row per tier and speed that the bill tells apart, of what a line and its usage have in common otherwise.
#}
with

cost_lines as (

    select * from {{ ref('stg_anthropic__cost_lines') }}

),

cost_components as (

    select * from {{ ref('cost_components') }}

),

lines as (

    select
        cost_lines.usage_date,
        coalesce(cost_lines.workspace_id, 'default') as workspace_key,
        coalesce(cost_components.cost_component, 'other') as cost_component,
        cost_lines.model,
        cost_lines.context_window,
        cost_lines.inference_geo,
        cost_lines.service_tier,
        cost_lines.speed
    from cost_lines
    left join cost_components
        on
            coalesce(cost_lines.cost_type, 'tokens') = cost_components.cost_type
            and coalesce(cost_lines.token_type, '') = coalesce(cost_components.token_type, '')

)

select distinct
    {{ spend_base_key() }} as base_key,
    service_tier,
    speed
from lines
