{#
One row per part of a row of the spend ledger: money of one origin (`origin_id`: day, whose use, workspace, model, component
and way of knowing), or the share of it that another report counts under somebody else. The ledger adds up these rows and
nothing else; a part's owner is looked up by the actor that the money came from, and the least certain one speaks for the
row (`certainty_rank` 1).
#}
{{ daily_incremental(cluster_by=['spend_id']) }}
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

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

-- Whose money it is in the source itself; what the ledger divides no further is whole.
undivided as (

    select
        'cursor' as vendor,
        'cursor' as platform,
        actor_type,
        actor_id,
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
        cast(null as {{ dbt.type_string() }}) as model,
        'seat' as cost_component,
        spend_basis,
        spend_method,
        spend_usd,
        usage_date
    from seat_days

),

lines as (

    select
        'anthropic' as vendor,
        platform,
        actor_type,
        actor_id,
        source_actor_type,
        source_actor_id,
        used_actor_type,
        used_actor_id,
        workspace_key,
        model,
        cost_component,
        spend_basis,
        spend_method,
        origin_method,
        counted_by,
        counted_tokens,
        origin_tokens,
        spend_usd,
        origin_usd,
        rounding_usd,
        usage_date
    from anthropic_parts

    union all

    select
        vendor,
        platform,
        actor_type,
        actor_id,
        actor_type as source_actor_type,
        actor_id as source_actor_id,
        actor_type as used_actor_type,
        actor_id as used_actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        model,
        cost_component,
        spend_basis,
        spend_method,
        spend_method as origin_method,
        cast(null as {{ dbt.type_string() }}) as counted_by,
        cast(null as {{ dbt.type_bigint() }}) as counted_tokens,
        cast(null as {{ dbt.type_bigint() }}) as origin_tokens,
        sum(spend_usd) as spend_usd,
        sum(spend_usd) as origin_usd,
        {{ to_numeric("'0'") }} as rounding_usd,
        usage_date
    from undivided
    group by
        vendor,
        platform,
        actor_type,
        actor_id,
        model,
        cost_component,
        spend_basis,
        spend_method,
        usage_date

),

keyed as (

    select
        *,
        {{ spend_origin_key() }} as origin_id
    from lines

),

owned as (

    select
        keyed.*,
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
                keyed.usage_date,
                keyed.vendor,
                keyed.platform,
                keyed.actor_type,
                keyed.actor_id,
                keyed.model,
                keyed.cost_component,
                keyed.spend_basis
            order by
                coalesce(chosen.attribution_confidence, {{ to_numeric("'0'") }}),
                coalesce(chosen.attribution_method, 'unattributed'),
                keyed.source_actor_type,
                keyed.source_actor_id,
                coalesce(chosen.owner_email, ''),
                coalesce(keyed.workspace_key, ''),
                keyed.spend_method,
                keyed.used_actor_type,
                keyed.used_actor_id
        ) as certainty_rank
    from keyed
    left join chosen
        on
            keyed.vendor = chosen.vendor
            and keyed.platform = chosen.platform
            and keyed.source_actor_type = chosen.actor_type
            and keyed.source_actor_id = chosen.actor_id
            and keyed.usage_date = chosen.usage_date

),

final as (

    select
        {{ surrogate_key([
            'owned.usage_date', 'owned.vendor', 'owned.platform', 'owned.actor_type', 'owned.actor_id', 'owned.model',
            'owned.cost_component', 'owned.spend_basis'
        ]) }} as spend_id,
        owned.origin_id,
        owned.vendor,
        owned.platform,
        owned.actor_type,
        owned.actor_id,
        owned.source_actor_type,
        owned.source_actor_id,
        owned.used_actor_type,
        owned.used_actor_id,
        owned.workspace_key,
        owned.model,
        owned.cost_component,
        owned.spend_basis,
        owned.spend_method,
        owned.origin_method,
        owned.counted_by,
        owned.owner_email,
        owned.person_id,
        owned.team_name,
        owned.department_name,
        owned.cost_centre,
        owned.attribution_method,
        day_versions.input_version,
        owned.counted_tokens,
        owned.origin_tokens,
        cast(owned.spend_usd as {{ numeric_type() }}) as spend_usd,
        cast(owned.origin_usd as {{ numeric_type() }}) as origin_usd,
        cast(owned.rounding_usd as {{ numeric_type() }}) as rounding_usd,
        cast(owned.attribution_confidence as {{ numeric_type() }}) as attribution_confidence,
        owned.certainty_rank,
        owned.usage_date
    from owned
    inner join day_versions
        on owned.usage_date = day_versions.usage_date

)

select * from final
