{#
One row per workspace with the platform of money and usage that carries no actor: only rules on
the workspace apply.
#}
with

workspaces as (

    select * from {{ ref('int_identity__workspaces') }}

),

rules as (

    select * from {{ ref('platform_rules') }}
    where is_active and evidence in ('workspace_id', 'workspace_name', 'default')

),

ranked as (

    select
        workspaces.workspace_key,
        rules.platform,
        rules.rule_id as platform_rule_id,
        rules.evidence as platform_detection_method,
        row_number() over (
            partition by workspaces.workspace_key
            order by rules.rule_priority, rules.rule_id
        ) as candidate_rank
    from workspaces
    inner join rules
        on
            (rules.evidence = 'workspace_id' and workspaces.workspace_key = rules.match_value)
            or (
                rules.evidence = 'workspace_name'
                and lower(workspaces.workspace_name) = lower(rules.match_value)
            )
            or rules.evidence = 'default'

)

select
    workspace_key,
    platform,
    platform_rule_id,
    platform_detection_method
from ranked
where candidate_rank = 1
