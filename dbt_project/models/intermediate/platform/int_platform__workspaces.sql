{#
One row per workspace and period of its name with the platform of money and usage that carries no actor: only rules on the
workspace apply.
#}
with

workspaces as (

    select * from {{ ref('int_identity__workspaces') }}

),

workspace_names as (

    select * from {{ ref('int_identity__workspace_names') }}

),

rules as (

    select * from {{ ref('platform_rules') }}
    where is_active and evidence in ('workspace_id', 'workspace_name', 'default')

),

bounds as (

    select
        workspace_key,
        cast('1900-01-01' as date) as bound_date
    from workspaces

    union distinct

    select
        workspace_key,
        valid_from_date as bound_date
    from workspace_names

    union distinct

    select
        workspace_key,
        valid_to_date as bound_date
    from workspace_names
    where valid_to_date < cast('9999-12-31' as date)

),

periods as (

    select
        workspace_key,
        bound_date as valid_from_date,
        coalesce(
            lead(bound_date) over (partition by workspace_key order by bound_date),
            cast('9999-12-31' as date)
        ) as valid_to_date
    from bounds

),

named_periods as (

    select
        periods.workspace_key,
        workspace_names.workspace_name,
        periods.valid_from_date,
        periods.valid_to_date
    from periods
    left join workspace_names
        on
            periods.workspace_key = workspace_names.workspace_key
            and periods.valid_from_date >= workspace_names.valid_from_date
            and periods.valid_from_date < workspace_names.valid_to_date

),

ranked as (

    select
        named_periods.workspace_key,
        rules.platform,
        rules.rule_id as platform_rule_id,
        rules.evidence as platform_detection_method,
        named_periods.valid_from_date,
        named_periods.valid_to_date,
        row_number() over (
            partition by named_periods.workspace_key, named_periods.valid_from_date
            order by rules.rule_priority, rules.rule_id
        ) as candidate_rank
    from named_periods
    inner join rules
        on
            (rules.evidence = 'workspace_id' and named_periods.workspace_key = rules.match_value)
            or (
                rules.evidence = 'workspace_name'
                and lower(named_periods.workspace_name) = lower(rules.match_value)
            )
            or rules.evidence = 'default'

)

select
    workspace_key,
    platform,
    platform_rule_id,
    platform_detection_method,
    valid_from_date,
    valid_to_date
from ranked
where candidate_rank = 1
