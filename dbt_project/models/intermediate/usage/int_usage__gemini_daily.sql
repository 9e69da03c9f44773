{#
One row per UTC day, actor and app of Gemini in Google Workspace: all events, and how many of them a person caused.
#}
with

activity_events as (

    select * from {{ ref('stg_gemini__activity_events') }}

),

category_rules as (

    select * from {{ ref('gemini_category_rules') }}

),

classified as (

    select
        case
            when activity_events.user_email is not null then 'person' else 'unattributed'
        end as actor_type,
        coalesce(activity_events.user_email, 'unattributed:gemini_workspace') as actor_id,
        coalesce(activity_events.app_name, 'unknown') as app_name,
        coalesce(category_rules.is_active, false) as is_active,
        -- A category that is not listed is one the vendor cannot make us count.
        coalesce(category_rules.measure, 'unknown_events') as measure,
        activity_events.usage_date
    from activity_events
    left join category_rules
        on activity_events.event_category = category_rules.event_category

)

select
    actor_type,
    actor_id,
    app_name,
    count(*) as n_events,
    {{ sum_units('case when is_active then 1 else 0 end') }} as n_active_events,
    {{ sum_units(
        "case when measure = 'conversation_events' then 1 else 0 end"
    ) }} as n_conversation_events,
    {{ sum_units(
        "case when measure = 'generate_events' then 1 else 0 end"
    ) }} as n_generate_events,
    {{ sum_units(
        "case when measure = 'summarize_events' then 1 else 0 end"
    ) }} as n_summarize_events,
    {{ sum_units(
        "case when measure = 'unspecified_events' then 1 else 0 end"
    ) }} as n_unspecified_events,
    {{ sum_units(
        "case when measure = 'inactive_events' then 1 else 0 end"
    ) }} as n_inactive_events,
    {{ sum_units(
        "case when measure = 'unknown_events' then 1 else 0 end"
    ) }} as n_unknown_events,
    usage_date
from classified
group by actor_type, actor_id, app_name, usage_date
