{#
One row per UTC day, vendor, platform, actor, model, cost component and spend basis: the spend ledger,
every dollar exactly once.
#}
{{ daily_incremental(cluster_by=['vendor', 'platform', 'actor_id']) }}
with

anthropic_parts as (

    select * from {{ ref('int_spend__anthropic_by_actor') }}
    where usage_date in ({{ changed_days() }})

),

cursor_charges as (

    select * from {{ ref('int_spend__cursor_charges') }}
    where usage_date in ({{ changed_days() }})

),

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}
    where usage_date in ({{ changed_days() }})

),

claude_ai_charges as (

    select * from {{ ref('int_spend__claude_ai_charges') }}
    where usage_date in ({{ changed_days() }})

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where usage_date in ({{ changed_days() }})

),

platforms as (

    select * from {{ ref('int_spend__platforms') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

lines as (

    select
        'anthropic' as vendor,
        platform,
        actor_type,
        actor_id,
        source_actor_type,
        source_actor_id,
        workspace_key,
        model,
        cost_component,
        spend_basis,
        spend_method,
        spend_usd,
        usage_date
    from anthropic_parts

    union all

    select
        'cursor' as vendor,
        'cursor' as platform,
        actor_type,
        actor_id,
        actor_type as source_actor_type,
        actor_id as source_actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        model,
        'usage' as cost_component,
        spend_basis,
        spend_method,
        spend_usd,
        usage_date
    from cursor_charges

    union all

    select
        'anthropic' as vendor,
        platform,
        actor_type,
        actor_id,
        actor_type as source_actor_type,
        actor_id as source_actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        model,
        'usage' as cost_component,
        spend_basis,
        spend_method,
        spend_usd,
        usage_date
    from claude_ai_charges

    union all

    select
        vendor,
        platform,
        actor_type,
        actor_id,
        actor_type as source_actor_type,
        actor_id as source_actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        cast(null as {{ dbt.type_string() }}) as model,
        'seat' as cost_component,
        spend_basis,
        spend_method,
        spend_usd,
        usage_date
    from seat_days

),

owned as (

    select
        lines.*,
        chosen.owner_email,
        chosen.person_id,
        chosen.team_name,
        chosen.department_name,
        chosen.cost_centre,
        coalesce(chosen.attribution_method, 'unattributed') as attribution_method,
        coalesce(chosen.attribution_confidence, {{ to_numeric("'0'") }}) as attribution_confidence,
        -- Several keys of one person meet in one row, with the method of the least certain one.
        row_number() over (
            partition by
                lines.usage_date,
                lines.vendor,
                lines.platform,
                lines.actor_type,
                lines.actor_id,
                lines.model,
                lines.cost_component,
                lines.spend_basis
            order by
                coalesce(chosen.attribution_confidence, {{ to_numeric("'0'") }}),
                coalesce(chosen.attribution_method, 'unattributed'),
                lines.source_actor_type,
                lines.source_actor_id,
                coalesce(chosen.owner_email, '')
        ) as certainty_rank
    from lines
    left join chosen
        on
            lines.vendor = chosen.vendor
            and lines.platform = chosen.platform
            and lines.source_actor_type = chosen.actor_type
            and lines.source_actor_id = chosen.actor_id
            and lines.usage_date = chosen.usage_date

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
