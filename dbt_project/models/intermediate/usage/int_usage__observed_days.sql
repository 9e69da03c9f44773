{#
One row per platform and UTC day for which somebody's use could have been seen: the day's usage report was loaded, or
somebody was active. On any other day nobody can be called idle.
#}
with

partitions as (

    select * from {{ ref('int_runs__partitions') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

reported as (

    select
        case
            when source_name = 'cursor' and resource_name = 'daily_usage' then 'cursor'
            when source_name = 'anthropic' and resource_name = 'usage_report_claude_code'
                then 'claude_code'
            when source_name = 'anthropic' and resource_name = 'usage_report_messages'
                then 'claude_api'
            when source_name = 'claude_ai' and resource_name in ('daily_users', 'audit_log')
                then 'claude_ai'
            when source_name = 'gemini' and resource_name = 'activity_events'
                then 'gemini_workspace'
        end as platform,
        usage_date
    from partitions

),

seen as (

    select
        platform,
        usage_date
    from reported
    where platform is not null

    union distinct

    select
        platform,
        usage_date
    from active_person_days

)

select
    seen.platform,
    seen.usage_date
from seen
inner join day_versions
    on seen.usage_date = day_versions.usage_date
