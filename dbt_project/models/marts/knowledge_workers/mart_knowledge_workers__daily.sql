{#
One row per UTC day, AI assistant (claude.ai or Gemini in Workspace) and person, account or explicit unattributed: what
was done with it, who says so, and what it cost.
#}
{{ daily_table('usage_date', cluster_by=['platform', 'team_name']) }}
with

claude_usage as (

    select * from {{ ref('fact_claude_daily_usage') }}
    where platform = 'claude_ai'

),

gemini_usage as (

    select * from {{ ref('fct_gemini_daily_usage') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where category = 'ai_assistants'

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}
    where category = 'ai_assistants'

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

-- One row per app of Gemini: each event is counted in one group of apps.
measured as (

    select
        platform,
        coalesce(person_id, person_email, actor_id) as person_key,
        person_id,
        person_email,
        team_name,
        department_name,
        cost_centre,
        usage_source,
        attribution_method,
        n_conversations,
        n_projects,
        n_files,
        n_messages,
        n_slack_messages,
        cast(null as {{ dbt.type_string() }}) as app_group,
        cast(null as {{ dbt.type_bigint() }}) as n_active_events,
        cast(null as {{ dbt.type_bigint() }}) as n_conversation_events,
        cast(null as {{ dbt.type_bigint() }}) as n_other_events,
        cast(null as {{ numeric_type() }}) as usage_cost_usd,
        cast(null as {{ numeric_type() }}) as seat_cost_usd,
        attribution_confidence,
        usage_date
    from claude_usage

    union all

    select
        'gemini_workspace' as platform,
        coalesce(person_id, person_email, actor_id) as person_key,
        person_id,
        person_email,
        team_name,
        department_name,
        cost_centre,
        'activity_report' as usage_source,
        attribution_method,
        cast(null as {{ dbt.type_bigint() }}) as n_conversations,
        cast(null as {{ dbt.type_bigint() }}) as n_projects,
        cast(null as {{ dbt.type_bigint() }}) as n_files,
        cast(null as {{ dbt.type_bigint() }}) as n_messages,
        cast(null as {{ dbt.type_bigint() }}) as n_slack_messages,
        case
            when app_name = 'gemini_app' then 'chat_app'
            when app_name in ('docs', 'sheets', 'slides', 'drive', 'forms', 'keep', 'vids')
                then 'documents'
            when app_name in ('gmail', 'chat', 'meet') then 'communication'
            else 'other'
        end as app_group,
        n_active_events,
        n_conversation_events,
        n_events - n_active_events as n_other_events,
        cast(null as {{ numeric_type() }}) as usage_cost_usd,
        cast(null as {{ numeric_type() }}) as seat_cost_usd,
        attribution_confidence,
        usage_date
    from gemini_usage

    union all

    -- Money is the ledger's: seats that nobody used are in no fact, and are paid all the same.
    select
        platform,
        coalesce(person_id, person_email, actor_id) as person_key,
        person_id,
        person_email,
        team_name,
        department_name,
        cost_centre,
        cast(null as {{ dbt.type_string() }}) as usage_source,
        attribution_method,
        cast(null as {{ dbt.type_bigint() }}) as n_conversations,
        cast(null as {{ dbt.type_bigint() }}) as n_projects,
        cast(null as {{ dbt.type_bigint() }}) as n_files,
        cast(null as {{ dbt.type_bigint() }}) as n_messages,
        cast(null as {{ dbt.type_bigint() }}) as n_slack_messages,
        cast(null as {{ dbt.type_string() }}) as app_group,
        cast(null as {{ dbt.type_bigint() }}) as n_active_events,
        cast(null as {{ dbt.type_bigint() }}) as n_conversation_events,
        cast(null as {{ dbt.type_bigint() }}) as n_other_events,
        case when cost_component <> 'seat' then spend_usd end as usage_cost_usd,
        case when cost_component = 'seat' then spend_usd end as seat_cost_usd,
        attribution_confidence,
        usage_date
    from ledger

),

ranked as (

    select
        *,
        {{ certainty_rank() }},
        -- Two accounts of one person: the source with measures speaks, Analytics before the log.
        row_number() over (
            partition by usage_date, platform, person_key
            order by
                case
                    when usage_source is null then 3
                    when usage_source = 'cost_report' then 2
                    when usage_source = 'audit_log' then 1
                    else 0
                end,
                usage_source
        ) as source_rank
    from measured

),

summed as (

    select
        platform,
        person_key,
        {{ person_of_actors() }},
        max(case when source_rank = 1 then usage_source end) as usage_source,
        {{ sum_units('n_conversations') }} as n_conversations,
        {{ sum_units('n_projects') }} as n_projects,
        {{ sum_units('n_files') }} as n_files,
        {{ sum_units('n_messages') }} as n_messages,
        {{ sum_units('n_slack_messages') }} as n_slack_messages,
        {{ sum_units('n_active_events') }} as n_active_events,
        {{ sum_units("case when app_group = 'chat_app' then n_active_events end") }}
            as n_chat_app_active_events,
        {{ sum_units("case when app_group = 'documents' then n_active_events end") }}
            as n_document_active_events,
        {{ sum_units("case when app_group = 'communication' then n_active_events end") }}
            as n_communication_active_events,
        {{ sum_units("case when app_group = 'other' then n_active_events end") }}
            as n_other_app_active_events,
        {{ sum_units('n_conversation_events') }} as n_conversation_events,
        {{ sum_units('n_other_events') }} as n_not_active_events,
        sum(usage_cost_usd) as usage_cost_usd,
        sum(seat_cost_usd) as seat_cost_usd,
        usage_date
    from ranked
    group by platform, person_key, usage_date

),

final as (

    select
        summed.usage_date,
        summed.person_email,
        summed.team_name,
        summed.department_name,
        summed.cost_centre,
        summed.platform,
        summed.n_conversations,
        summed.n_projects,
        summed.n_files,
        summed.n_messages,
        summed.n_slack_messages,
        summed.n_active_events,
        summed.n_chat_app_active_events,
        summed.n_document_active_events,
        summed.n_communication_active_events,
        summed.n_other_app_active_events,
        summed.n_conversation_events,
        summed.n_not_active_events,
        cast(summed.usage_cost_usd as {{ numeric_type() }}) as usage_cost_usd,
        cast(summed.seat_cost_usd as {{ numeric_type() }}) as seat_cost_usd,
        cast(
            case
                when summed.usage_cost_usd is not null or summed.seat_cost_usd is not null
                    then
                        coalesce(summed.usage_cost_usd, {{ to_numeric("'0'") }})
                        + coalesce(summed.seat_cost_usd, {{ to_numeric("'0'") }})
            end as {{ numeric_type() }}
        ) as total_cost_usd,
        summed.usage_source,
        summed.attribution_method,
        cast(summed.attribution_confidence as {{ numeric_type() }}) as attribution_confidence,
        summed.person_flag = 1 as is_person,
        active_person_days.person_key is not null as is_active,
        day_versions.is_provisional,
        summed.person_key,
        {{ surrogate_key(['summed.usage_date', 'summed.platform', 'summed.person_key']) }}
            as knowledge_worker_daily_id,
        summed.person_id
    from summed
    inner join day_versions
        on summed.usage_date = day_versions.usage_date
    left join active_person_days
        on
            summed.platform = active_person_days.platform
            and summed.person_key = active_person_days.person_key
            and summed.usage_date = active_person_days.usage_date

)

select * from final
