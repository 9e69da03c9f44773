{#
One row per UTC day, actor and app of Gemini in Google Workspace. Only active events are use; the others are kept, so that
what Gemini offered by itself can be seen beside it.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

gemini_daily as (

    select * from {{ ref('int_usage__gemini_daily') }}
    where usage_date in ({{ changed_days() }})

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where
        platform = 'gemini_workspace'
        and usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

final as (

    select
        gemini_daily.usage_date,
        chosen.owner_email as person_email,
        chosen.team_name,
        chosen.department_name,
        chosen.cost_centre,
        gemini_daily.actor_type,
        gemini_daily.actor_id,
        gemini_daily.app_name,
        gemini_daily.n_events,
        gemini_daily.n_active_events,
        gemini_daily.n_conversation_events,
        gemini_daily.n_generate_events,
        gemini_daily.n_summarize_events,
        gemini_daily.n_unspecified_events,
        gemini_daily.n_inactive_events,
        gemini_daily.n_unknown_events,
        coalesce(chosen.attribution_method, 'unattributed') as attribution_method,
        coalesce(chosen.attribution_confidence, {{ to_numeric("'0'") }}) as attribution_confidence,
        day_versions.is_provisional,
        {{ surrogate_key([
            'gemini_daily.usage_date', 'gemini_daily.actor_type', 'gemini_daily.actor_id', 'gemini_daily.app_name'
        ]) }} as gemini_daily_usage_id,
        chosen.person_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        day_versions.input_version,
        day_versions.day_loaded_at as loaded_at
    from gemini_daily
    inner join day_versions
        on gemini_daily.usage_date = day_versions.usage_date
    left join chosen
        on
            gemini_daily.actor_type = chosen.actor_type
            and gemini_daily.actor_id = chosen.actor_id
            and gemini_daily.usage_date = chosen.usage_date

)

select * from final
