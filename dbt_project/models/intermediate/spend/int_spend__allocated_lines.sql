{#
One row per part of a line of the Anthropic bill: the line split over the actors that used it, by their share of its
units (of their value by the list, where the bill does not tell apart what costs differently). The parts of a line add up to it to the last billionth: what rounding leaves goes to the largest part. A line
without matching usage stays whole under the workspace's `unattributed` actor.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}
    where usage_date in ({{ changed_days() }})

),

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}
    where usage_date in ({{ changed_days() }})

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}

),

workspace_platforms as (

    select * from {{ ref('int_platform__workspaces') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

keyed_units as (

    select
        {{ spend_line_key() }} as line_key,
        actor_type,
        actor_id,
        workspace_key,
        n_units,
        list_value_usd,
        coalesce(speed, 'standard') <> coalesce(billed_speed, 'standard')
        or coalesce(service_tier, 'standard') <> coalesce(billed_tier, service_tier, 'standard')
            as is_not_told,
        usage_date
    from priced_usage
    where coalesce(service_tier, 'standard') <> 'priority' or cost_component = 'web_search'

),

-- A line has one price, unless the bill does not tell apart what costs differently: then its units
-- weigh what the list says, if the list knows them all.
mixed_lines as (

    select line_key
    from keyed_units
    group by line_key
    having
        max(case when is_not_told then 1 else 0 end) = 1
        and min(case when list_value_usd > 0 then 1 else 0 end) = 1
        -- More than that nobody uses in a day, and its billionths would not fit 64 bits.
        and sum(list_value_usd) < 9000000000

),

weights as (

    select
        keyed_units.line_key,
        keyed_units.actor_type,
        keyed_units.actor_id,
        keyed_units.workspace_key,
        keyed_units.usage_date,
        {{ sum_units('keyed_units.n_units') }} as n_units,
        max(case when mixed_lines.line_key is null then 0 else 1 end) = 1 as is_weighed_by_value,
        {{ sum_units(
            'case when mixed_lines.line_key is null then keyed_units.n_units'
            ~ ' else cast(keyed_units.list_value_usd * 1000000000 as ' ~ dbt.type_bigint()
            ~ ') end'
        ) }} as weight
    from keyed_units
    left join mixed_lines
        on keyed_units.line_key = mixed_lines.line_key
    group by
        keyed_units.line_key,
        keyed_units.actor_type,
        keyed_units.actor_id,
        keyed_units.workspace_key,
        keyed_units.usage_date

),

matched as (

    select
        bill_lines.line_key,
        bill_lines.workspace_key,
        bill_lines.model,
        bill_lines.cost_component,
        bill_lines.line_cost_usd,
        bill_lines.usage_date,
        weights.actor_type,
        weights.actor_id,
        weights.n_units,
        weights.is_weighed_by_value,
        weights.weight,
        cast(
            sum(weights.weight) over (partition by bill_lines.line_key) as {{ dbt.type_bigint() }}
        ) as bill_weight,
        {{ proportional_part(
            'bill_lines.line_cost_usd', 'weights.weight', 'sum(weights.weight) over (partition by bill_lines.line_key)'
        ) }} as part_usd,
        row_number() over (
            partition by bill_lines.line_key
            order by weights.weight desc, weights.actor_type asc, weights.actor_id asc
        ) as part_rank
    from bill_lines
    left join weights
        on bill_lines.line_key = weights.line_key

),

parts as (

    select
        *,
        case
            when part_usd is null then line_cost_usd
            when part_rank = 1
                then part_usd + line_cost_usd - sum(part_usd) over (partition by line_key)
            else part_usd
        end as spend_usd
    from matched

),

final as (

    select
        parts.line_key,
        coalesce(parts.actor_type, 'unattributed') as actor_type,
        coalesce(
            parts.actor_id, {{ dbt.concat(["'unattributed:'", 'parts.workspace_key']) }}
        ) as actor_id,
        parts.workspace_key,
        coalesce(
            detected_platforms.platform, workspace_platforms.platform, 'claude_api'
        ) as platform,
        parts.model,
        parts.cost_component,
        case when parts.actor_id is null then 'billed' else 'allocated' end as spend_basis,
        case
            when parts.actor_id is null then 'no_matching_usage'
            else 'token_share'
        end as spend_method,
        day_versions.input_version,
        cast(parts.spend_usd as {{ numeric_type() }}) as spend_usd,
        cast(
            parts.spend_usd - coalesce(parts.part_usd, parts.line_cost_usd)
            as {{ numeric_type() }}
        ) as rounding_usd,
        parts.line_cost_usd,
        parts.n_units,
        parts.weight,
        parts.bill_weight,
        coalesce(parts.is_weighed_by_value, false) as is_weighed_by_value,
        parts.usage_date
    from parts
    inner join day_versions
        on parts.usage_date = day_versions.usage_date
    left join detected_platforms
        on
            parts.actor_type = detected_platforms.actor_type
            and parts.actor_id = detected_platforms.actor_id
            and parts.workspace_key = detected_platforms.workspace_key
            and parts.usage_date = detected_platforms.usage_date
    left join workspace_platforms
        on
            parts.workspace_key = workspace_platforms.workspace_key
            and parts.usage_date >= workspace_platforms.valid_from_date
            and parts.usage_date < workspace_platforms.valid_to_date

)

select * from final
