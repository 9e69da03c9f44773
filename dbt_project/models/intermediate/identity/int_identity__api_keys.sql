{# One row per API key of the vendor's list, current or gone, in its newest version. #}
with

api_keys as (

    select * from {{ ref('stg_anthropic__api_keys') }}

),

users as (

    select * from {{ ref('int_identity__anthropic_users') }}

),

default_workspaces as (

    select * from {{ ref('int_identity__default_workspaces') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by api_key_id
            order by version_started_at desc, api_key_name asc
        ) as version_rank
    from api_keys

),

final as (

    select
        ranked.api_key_id,
        ranked.api_key_name,
        ranked.key_status,
        ranked.partial_key_hint,
        case
            when default_workspaces.workspace_id is null then ranked.workspace_id
        end as workspace_id,
        ranked.created_by_id,
        ranked.principal_id,
        ranked.principal_type,
        users.user_email as creator_email,
        ranked.is_current,
        ranked.created_at,
        ranked.expires_at
    from ranked
    left join users
        on ranked.created_by_id = users.anthropic_user_id
    left join default_workspaces
        on ranked.workspace_id = default_workspaces.workspace_id
    where ranked.version_rank = 1

)

select * from final
