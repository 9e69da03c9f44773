{#
One row per UTC day, vendor, platform, actor, model, cost component and spend basis: the spend ledger,
every dollar exactly once.
#}
{{ daily_incremental(cluster_by=['vendor', 'platform', 'actor_id']) }}
with

owned as (

    select * from {{ ref('int_spend__ledger_parts') }}
    where usage_date in ({{ changed_days() }})

),

platforms as (

    select * from {{ ref('int_spend__platforms') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

summed as (

    select
        vendor,
        platform,
        actor_type,
        actor_id,
        model,
        cost_component,
        spend_basis,
        case
            when min(workspace_key) = max(workspace_key) then nullif(min(workspace_key), 'default')
        end as workspace_id,
        -- Of two ways within a basis the rougher is first: claude_code_cost_share, token_share.
        min(spend_method) as spend_method,
        max(case when certainty_rank = 1 then owner_email end) as person_email,
        max(case when certainty_rank = 1 then person_id end) as person_id,
        max(case when certainty_rank = 1 then team_name end) as team_name,
        max(case when certainty_rank = 1 then department_name end) as department_name,
        max(case when certainty_rank = 1 then cost_centre end) as cost_centre,
        max(case when certainty_rank = 1 then attribution_method end) as attribution_method,
        max(case when certainty_rank = 1 then attribution_confidence end) as attribution_confidence,
        sum(spend_usd) as spend_usd,
        usage_date
    from owned
    group by
        vendor, platform, actor_type, actor_id, model, cost_component, spend_basis, usage_date

),

final as (

    select
        summed.usage_date,
        summed.person_email,
        summed.team_name,
        summed.department_name,
        summed.cost_centre,
        summed.actor_type,
        summed.actor_id,
        summed.vendor,
        summed.platform,
        platforms.category,
        summed.model,
        summed.cost_component,
        cast(summed.spend_usd as {{ numeric_type() }}) as spend_usd,
        summed.spend_basis,
        summed.spend_method,
        summed.attribution_method,
        cast(summed.attribution_confidence as {{ numeric_type() }}) as attribution_confidence,
        day_versions.is_provisional,
        {{ surrogate_key([
            'summed.usage_date', 'summed.vendor', 'summed.platform', 'summed.actor_type', 'summed.actor_id', 'summed.model',
            'summed.cost_component', 'summed.spend_basis'
        ]) }} as spend_id,
        summed.person_id,
        summed.workspace_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        day_versions.input_version,
        day_versions.day_loaded_at as loaded_at
    from summed
    inner join day_versions
        on summed.usage_date = day_versions.usage_date
    left join platforms
        on summed.platform = platforms.platform
    -- What costs nothing (an included request) is use, not spend: the facts have it.
    where summed.spend_usd <> 0

)

select * from final
