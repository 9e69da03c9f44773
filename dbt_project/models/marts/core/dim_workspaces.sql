{# One row per Anthropic workspace, archived and default included. #}
with

workspaces as (

    select * from {{ ref('int_identity__workspaces') }}

),

workspace_platforms as (

    select * from {{ ref('int_platform__workspaces') }}
    where valid_to_date = cast('9999-12-31' as date)

),

final as (

    select
        workspaces.workspace_name,
        workspace_platforms.platform,
        workspaces.sole_member_email,
        workspaces.n_members,
        workspaces.is_archived,
        workspaces.is_default,
        workspaces.workspace_key,
        workspaces.workspace_id,
        workspace_platforms.platform_rule_id
    from workspaces
    left join workspace_platforms
        on workspaces.workspace_key = workspace_platforms.workspace_key

)

select * from final
