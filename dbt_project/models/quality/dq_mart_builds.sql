{#
One row per run that wrote rows of the spend ledger: when they stood in the mart, and since when the
data loaded after the run before had been waiting. Added to, never rebuilt: the past cannot be measured again.
#}
{{ append_only() }}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

known_builds as (
    {% if is_incremental() %}
    select
        pipeline_run_id,
        built_at
    from {{ this }}
    {% else %}
    select
        pipeline_run_id,
        loaded_at as built_at
    from ledger
    where 1 = 0
    {% endif %}
),

last_build as (

    select max(built_at) as last_built_at from known_builds

),

new_runs as (

    select
        ledger.pipeline_run_id,
        min(case when ledger.loaded_at > last_build.last_built_at then ledger.loaded_at end)
            as waiting_since_at,
        max(ledger.loaded_at) as newest_loaded_at,
        max(last_build.last_built_at) as last_built_at
    from ledger
    cross join last_build
    left join known_builds
        on ledger.pipeline_run_id = known_builds.pipeline_run_id
    where known_builds.pipeline_run_id is null
    group by ledger.pipeline_run_id

),

final as (

    select
        -- The first build has none before it: only its newest data can be said to have waited.
        case when last_built_at is null then newest_loaded_at else waiting_since_at end
            as waiting_since_at,
        cast({{ dbt.current_timestamp() }} as timestamp) as built_at,
        pipeline_run_id
    from new_runs

)

select * from final
