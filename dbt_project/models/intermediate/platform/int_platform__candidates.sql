{#
One row per UTC day, messages actor, workspace and platform rule that matches: every candidate is kept with its
evidence. The rule without a match value is the fallback, so that everybody has at least one candidate.
#}
with

message_lines as (

    select * from {{ ref('int_usage__message_lines') }}

),

rules as (

    select * from {{ ref('platform_rules') }}
    where is_active

),

workspace_names as (

    select * from {{ ref('int_identity__workspace_names') }}

),

api_key_owners as (

    select * from {{ ref('int_identity__api_key_owners') }}

),

api_key_names as (

    select * from {{ ref('int_identity__api_key_names') }}

),

subjects as (

    select
        actor_type,
        actor_id,
        workspace_key,
        usage_date
    from message_lines
    group by actor_type, actor_id, workspace_key, usage_date

),

evidence as (

    select
        'workspace_id' as evidence,
        workspace_key as evidence_value,
        actor_type,
        actor_id,
        workspace_key,
        usage_date
    from subjects

    union all

    select
        'workspace_name' as evidence,
        lower(workspace_names.workspace_name) as evidence_value,
        subjects.actor_type,
        subjects.actor_id,
        subjects.workspace_key,
        subjects.usage_date
    from subjects
    inner join workspace_names
        on
            subjects.workspace_key = workspace_names.workspace_key
            and subjects.usage_date >= workspace_names.valid_from_date
            and subjects.usage_date < workspace_names.valid_to_date

    union all

    select
        'key_mapping_platform' as evidence,
        api_key_owners.platform as evidence_value,
        subjects.actor_type,
        subjects.actor_id,
        subjects.workspace_key,
        subjects.usage_date
    from subjects
    inner join api_key_owners
        on
            subjects.actor_id = api_key_owners.api_key_id
            and subjects.usage_date >= api_key_owners.valid_from_date
            and subjects.usage_date < api_key_owners.valid_to_date

    union all

    select
        'api_key_name_pattern' as evidence,
        api_key_names.api_key_name as evidence_value,
        subjects.actor_type,
        subjects.actor_id,
        subjects.workspace_key,
        subjects.usage_date
    from subjects
    inner join api_key_names
        on
            subjects.actor_id = api_key_names.api_key_id
            and subjects.usage_date >= api_key_names.valid_from_date
            and subjects.usage_date < api_key_names.valid_to_date

    union all

    select
        'default' as evidence,
        'any' as evidence_value,
        actor_type,
        actor_id,
        workspace_key,
        usage_date
    from subjects

),

final as (

    select
        rules.rule_id as platform_rule_id,
        rules.rule_priority,
        rules.platform,
        evidence.evidence as platform_detection_method,
        evidence.evidence_value,
        evidence.actor_type,
        evidence.actor_id,
        evidence.workspace_key,
        evidence.usage_date
    from evidence
    inner join rules
        on
            evidence.evidence = rules.evidence
            and (
                evidence.evidence_value = rules.match_value
                or (
                    -- Names are compared in lower case; ids are not names.
                    rules.evidence in ('workspace_name', 'key_mapping_platform')
                    and evidence.evidence_value = lower(rules.match_value)
                )
                or (
                    rules.evidence = 'api_key_name_pattern'
                    and {{ regexp_matches('evidence.evidence_value', 'rules.match_value') }}
                )
            )

)

select * from final
