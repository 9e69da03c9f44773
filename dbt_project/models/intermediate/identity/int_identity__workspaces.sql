{#
One row per workspace, archived and default included; the default workspace has no id in the
vendor's reports.
#}
with

workspaces as (

    select * from {{ ref('stg_anthropic__workspaces') }}

),

members as (

    select * from {{ ref('stg_anthropic__workspace_members') }}
    where is_current

),

users as (

    select * from {{ ref('int_identity__anthropic_users') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by workspace_id
            order by version_started_at desc, workspace_name asc
        ) as version_rank
    from workspaces

),

member_counts as (

    select
        members.workspace_id,
        count(*) as n_members,
        max(users.user_email) as any_member_email
    from members
    left join users
        on members.anthropic_user_id = users.anthropic_user_id
    group by members.workspace_id

),

final as (

    select
        ranked.workspace_id as workspace_key,
        ranked.workspace_id,
        ranked.workspace_name,
        case
            when member_counts.n_members = 1 then member_counts.any_member_email
        end as sole_member_email,
        coalesce(member_counts.n_members, 0) as n_members,
        ranked.is_archived,
        false as is_default
    from ranked
    left join member_counts
        on ranked.workspace_id = member_counts.workspace_id
    where ranked.version_rank = 1

    union all

    select
        'default' as workspace_key,
        cast(null as {{ dbt.type_string() }}) as workspace_id,
        'Default' as workspace_name,
        cast(null as {{ dbt.type_string() }}) as sole_member_email,
        cast(null as {{ dbt.type_bigint() }}) as n_members,
        false as is_archived,
        true as is_default

)

select * from final
