{#
One row per id by which newer reports name the organisation's default workspace, which has no id in the directory and in
the older reports: an id that neither the directory nor an older report knows.
#}
with

actor_costs as (

    select * from {{ ref('stg_anthropic__actor_costs') }}

),

api_keys as (

    select * from {{ ref('stg_anthropic__api_keys') }}

),

workspaces as (

    select * from {{ ref('stg_anthropic__workspaces') }}

),

message_usage as (

    select * from {{ ref('stg_anthropic__message_usage') }}

),

cost_lines as (

    select * from {{ ref('stg_anthropic__cost_lines') }}

),

named as (

    select workspace_id from actor_costs

    union distinct

    -- Older versions of the API name no default workspace: only what a key's scope says can be one.
    select scope_workspace_id as workspace_id from api_keys

),

known as (

    select workspace_id from workspaces

    union distinct

    select workspace_id from message_usage

    union distinct

    select workspace_id from cost_lines

),

final as (

    select named.workspace_id
    from named
    left join known
        on named.workspace_id = known.workspace_id
    where named.workspace_id is not null and known.workspace_id is null

)

select * from final
