{#
One row per part of the Anthropic bill at the actor it is counted under. A part follows its tokens: what the Claude Code
report has as well is counted under the report's actor, the rest under the key, account or nobody that the messages report
names (int_usage__claude_code_shares). The parts of a part add up to it to the last billionth: what rounding leaves goes
to the largest. Web searches are in no other report and stay where they are. What the vendor
itself puts under nobody stays under nobody.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

allocated_lines as (

    select * from {{ ref('int_spend__allocated_lines') }}
    where usage_date in ({{ changed_days() }})

),

estimated_lines as (

    select * from {{ ref('int_spend__estimated_lines') }}
    where usage_date in ({{ changed_days() }})

),

vendor_costs as (

    select * from {{ ref('int_spend__vendor_costs') }}
    where usage_date in ({{ changed_days() }}) and not is_counted_elsewhere

),

shares as (

    select * from {{ ref('int_usage__claude_code_shares') }}
    where usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

-- A day's money comes wholly from one source: where the vendor itself says whose it is, no bill
-- is split.
vendor_days as (

    select usage_date
    from vendor_costs
    group by usage_date

),

-- At the actor that the usage report names.
lines as (

    select
        allocated_lines.actor_type,
        allocated_lines.actor_id,
        allocated_lines.workspace_key,
        allocated_lines.platform,
        allocated_lines.model,
        allocated_lines.cost_component,
        allocated_lines.spend_basis,
        allocated_lines.spend_method,
        allocated_lines.spend_usd,
        allocated_lines.usage_date
    from allocated_lines
    left join vendor_days
        on allocated_lines.usage_date = vendor_days.usage_date
    where vendor_days.usage_date is null

    union all

    select
        actor_type,
        actor_id,
        workspace_key,
        platform,
        model,
        cost_component,
        spend_basis,
        spend_method,
        spend_usd,
        usage_date
    from vendor_costs

    union all

    select
        actor_type,
        actor_id,
        workspace_key,
        platform,
        model,
        cost_component,
        spend_basis,
        spend_method,
        spend_usd,
        usage_date
    from estimated_lines

),

parts as (

    select
        actor_type,
        actor_id,
        workspace_key,
        platform,
        model,
        coalesce({{ model_key('model') }}, '') as model_key,
        cost_component,
        -- A line without usage is nobody's, also where others share nobody's tokens, as is what the
        -- vendor itself puts under nobody.
        case
            when
                spend_method = 'no_matching_usage'
                or (spend_method = 'vendor_actor_cost' and actor_type = 'unattributed')
                then null
            else {{ report_token_class('cost_component') }}
        end as token_class,
        spend_basis,
        spend_method,
        usage_date,
        sum(spend_usd) as part_usd
    from lines
    group by
        actor_type,
        actor_id,
        workspace_key,
        platform,
        model,
        cost_component,
        spend_basis,
        spend_method,
        usage_date

),

divided as (

    select
        parts.*,
        shares.counted_actor_type,
        shares.counted_actor_id,
        shares.counted_by,
        shares.counted_tokens,
        cast(
            sum(shares.counted_tokens) over (
                partition by
                    parts.usage_date,
                    parts.actor_type,
                    parts.actor_id,
                    parts.workspace_key,
                    parts.platform,
                    parts.model,
                    parts.cost_component,
                    parts.spend_basis,
                    parts.spend_method
            ) as {{ dbt.type_bigint() }}
        ) as origin_tokens,
        {{ proportional_part(
            'parts.part_usd',
            'shares.counted_tokens',
            'sum(shares.counted_tokens) over (partition by parts.usage_date, parts.actor_type, parts.actor_id, parts.workspace_key, parts.platform, parts.model, parts.cost_component, parts.spend_basis, parts.spend_method)'
        ) }} as share_usd,
        row_number() over (
            partition by
                parts.usage_date,
                parts.actor_type,
                parts.actor_id,
                parts.workspace_key,
                parts.platform,
                parts.model,
                parts.cost_component,
                parts.spend_basis,
                parts.spend_method
            order by
                shares.counted_tokens desc,
                shares.counted_actor_type asc,
                shares.counted_actor_id asc
        ) as share_rank
    from parts
    left join shares
        on
            parts.platform = shares.platform
            and parts.actor_type = shares.actor_type
            and parts.actor_id = shares.actor_id
            and parts.model_key = shares.model_key
            and parts.token_class = shares.token_class
            and parts.usage_date = shares.usage_date

),

settled as (

    select
        *,
        case
            when share_usd is null then part_usd
            when share_rank = 1
                then share_usd + part_usd - sum(share_usd) over (
                        partition by
                            usage_date,
                            actor_type,
                            actor_id,
                            workspace_key,
                            platform,
                            model,
                            cost_component,
                            spend_basis,
                            spend_method
                    )
            else share_usd
        end as spend_usd
    from divided

),

final as (

    select
        coalesce(settled.counted_actor_type, settled.actor_type) as actor_type,
        coalesce(settled.counted_actor_id, settled.actor_id) as actor_id,
        -- Use without identity has no owner of its own: the report's actor is all that is known.
        case
            when settled.counted_by = 'keyless' then settled.counted_actor_type
            else settled.actor_type
        end as source_actor_type,
        case
            when settled.counted_by = 'keyless' then settled.counted_actor_id
            else settled.actor_id
        end as source_actor_id,
        settled.workspace_key,
        settled.platform,
        settled.model,
        settled.cost_component,
        settled.spend_basis,
        case
            when settled.counted_by = 'keyless' then 'claude_code_token_share'
            else settled.spend_method
        end as spend_method,
        -- Whose the part is in the usage report or the vendor's own costs, and how it came to be.
        settled.actor_type as used_actor_type,
        settled.actor_id as used_actor_id,
        settled.spend_method as origin_method,
        settled.counted_by,
        settled.counted_tokens,
        settled.origin_tokens,
        cast(settled.part_usd as {{ numeric_type() }}) as origin_usd,
        cast(
            settled.spend_usd - coalesce(settled.share_usd, settled.part_usd)
            as {{ numeric_type() }}
        ) as rounding_usd,
        day_versions.input_version,
        cast(settled.spend_usd as {{ numeric_type() }}) as spend_usd,
        settled.usage_date
    from settled
    inner join day_versions
        on settled.usage_date = day_versions.usage_date

)

select * from final
