{#
One row per UTC day and actor that claude.ai's sources speak of. Where Enterprise Analytics and the audit log both know a
person-day, Analytics wins; the audit log fills the person-days it lacks. `usage_source` says which one speaks. A day of
zeros is kept, because zero is an answer, but it is no use.
Chat of a member who has Chat and Cowork unified on is counted in that block instead of the chat block; a measure that both
have is the larger one, so that nothing counts twice (dq_chat_in_two_blocks says of how much that is in doubt).
#}
with

daily_users as (

    select * from {{ ref('stg_claude_ai__daily_users') }}

),

audit_events as (

    select * from {{ ref('stg_claude_ai__audit_events') }}

),

event_rules as (

    select * from {{ ref('audit_event_rules') }}
    where measure is not null

),

audit_days as (

    select
        case
            when audit_events.user_email is not null then 'person'
            when audit_events.claude_user_id is not null then 'account'
            else 'unattributed'
        end as actor_type,
        coalesce(
            audit_events.user_email, audit_events.claude_user_id, 'unattributed:claude_ai'
        ) as actor_id,
        {{ sum_units(
            "case when event_rules.measure = 'conversations' then 1 else 0 end"
        ) }} as n_conversations,
        {{ sum_units(
            "case when event_rules.measure = 'projects' then 1 else 0 end"
        ) }} as n_projects,
        {{ sum_units(
            "case when event_rules.measure = 'files' then 1 else 0 end"
        ) }} as n_files,
        audit_events.usage_date
    from audit_events
    inner join event_rules
        on audit_events.event_name = event_rules.event_name
    group by audit_events.user_email, audit_events.claude_user_id, audit_events.usage_date

),

analytics_rows as (

    select
        case when user_email is not null then 'person' else 'account' end as actor_type,
        coalesce(user_email, claude_user_id) as actor_id,
        {{ larger_of(
            'n_chat_distinct_conversations', 'n_unified_chat_distinct_conversations'
        ) }} as n_conversations,
        {{ larger_of(
            'n_chat_distinct_projects_created', 'n_unified_chat_distinct_projects_created'
        ) }} as n_projects,
        {{ larger_of(
            'n_chat_distinct_files_uploaded', 'n_unified_chat_distinct_files_uploaded'
        ) }} as n_files,
        {{ larger_of('n_chat_messages', 'n_unified_chat_messages') }} as n_messages,
        n_claude_tag_active_messages as n_slack_messages,
        usage_date
    from daily_users
    where coalesce(user_email, claude_user_id) is not null

),

-- One e-mail under two user ids is one person.
analytics_actors as (

    select
        actor_type,
        actor_id,
        {{ sum_units('n_conversations') }} as n_conversations,
        {{ sum_units('n_projects') }} as n_projects,
        {{ sum_units('n_files') }} as n_files,
        {{ sum_units('n_messages') }} as n_messages,
        {{ sum_units('n_slack_messages') }} as n_slack_messages,
        usage_date
    from analytics_rows
    group by actor_type, actor_id, usage_date

),

all_days as (

    select
        actor_type,
        actor_id,
        'enterprise_analytics' as usage_source,
        n_conversations,
        n_projects,
        n_files,
        n_messages,
        n_slack_messages,
        usage_date
    from analytics_actors

    union all

    select
        audit_days.actor_type,
        audit_days.actor_id,
        'audit_log' as usage_source,
        audit_days.n_conversations,
        audit_days.n_projects,
        audit_days.n_files,
        cast(null as {{ dbt.type_bigint() }}) as n_messages,
        cast(null as {{ dbt.type_bigint() }}) as n_slack_messages,
        audit_days.usage_date
    from audit_days
    left join analytics_actors
        on
            audit_days.actor_type = analytics_actors.actor_type
            and audit_days.actor_id = analytics_actors.actor_id
            and audit_days.usage_date = analytics_actors.usage_date
    where analytics_actors.actor_id is null

)

select
    'claude_ai' as platform,
    actor_type,
    actor_id,
    usage_source,
    case
        when usage_source = 'audit_log' then 'source_audit_log' else 'source_enterprise_analytics'
    end as platform_rule_id,
    n_conversations,
    n_projects,
    n_files,
    n_messages,
    n_slack_messages,
    coalesce(n_conversations, 0)
    + coalesce(n_projects, 0)
    + coalesce(n_files, 0)
    + coalesce(n_messages, 0)
    + coalesce(n_slack_messages, 0)
    > 0 as is_use,
    usage_date
from all_days
