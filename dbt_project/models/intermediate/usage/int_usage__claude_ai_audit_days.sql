{#
One row per UTC day and actor of claude.ai's audit log that did something which counts as use.
#}
with

audit_events as (

    select * from {{ ref('stg_claude_ai__audit_events') }}

),

event_rules as (

    select * from {{ ref('audit_event_rules') }}
    where measure is not null

)

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
