{#
One row per part of the Anthropic bill at the actor it is counted under. Two steps beyond the usage report:
a key or account that the Claude Code report also covers is counted under the person (or key name) of that report, and
what carries no identity in a Claude Code workspace is split over the people of the report who have no key of their
own, by their share of the reported cost of the same model.
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

coverage as (

    select * from {{ ref('int_usage__claude_code_coverage') }}
    where usage_date in ({{ changed_days() }})

),

keyless_people as (

    select * from {{ ref('int_usage__claude_code_keyless_people') }}
    where usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

-- At the actor that the usage report names.
parts as (

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
    from allocated_lines

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

keyless_parts as (

    select
        workspace_key,
        platform,
        model,
        cost_component,
        spend_basis,
        spend_method,
        actor_type,
        actor_id,
        usage_date,
        sum(spend_usd) as spend_usd
    from parts
    where
        actor_type = 'unattributed'
        and platform = 'claude_code'
        and spend_method <> 'no_matching_usage'
    group by
        workspace_key,
        platform,
        model,
        cost_component,
        spend_basis,
        spend_method,
        actor_type,
        actor_id,
        usage_date

),

keyless_split as (

    select
        keyless_parts.workspace_key,
        keyless_parts.platform,
        keyless_parts.model,
        keyless_parts.cost_component,
        keyless_parts.spend_basis,
        keyless_parts.spend_method,
        keyless_parts.actor_type as unattributed_type,
        keyless_parts.actor_id as unattributed_id,
        keyless_parts.usage_date,
        keyless_parts.spend_usd,
        keyless_people.actor_type,
        keyless_people.actor_id,
        {{ proportional_part(
            'keyless_parts.spend_usd',
            'keyless_people.cost_weight',
            'sum(keyless_people.cost_weight) over (partition by keyless_parts.usage_date, keyless_parts.workspace_key, keyless_parts.model, keyless_parts.cost_component, keyless_parts.spend_method)'
        ) }} as part_usd,
        row_number() over (
            partition by
                keyless_parts.usage_date,
                keyless_parts.workspace_key,
                keyless_parts.model,
                keyless_parts.cost_component,
                keyless_parts.spend_method
            order by
                keyless_people.cost_weight desc,
                keyless_people.actor_type asc,
                keyless_people.actor_id asc
        ) as part_rank
    from keyless_parts
    left join keyless_people
        on
            keyless_parts.usage_date = keyless_people.usage_date
            and keyless_parts.model = keyless_people.model

),

keyless_final as (

    select
        coalesce(actor_type, unattributed_type) as actor_type,
        coalesce(actor_id, unattributed_id) as actor_id,
        coalesce(actor_type, unattributed_type) as source_actor_type,
        coalesce(actor_id, unattributed_id) as source_actor_id,
        workspace_key,
        platform,
        model,
        cost_component,
        spend_basis,
        case
            when actor_id is null then spend_method
            else 'claude_code_cost_share'
        end as spend_method,
        case
            when part_usd is null then spend_usd
            when part_rank = 1
                then part_usd + spend_usd - sum(part_usd) over (
                        partition by usage_date, workspace_key, model, cost_component, spend_method
                    )
            else part_usd
        end as spend_usd,
        usage_date
    from keyless_split

),

named_final as (

    select
        coalesce(coverage.report_actor_type, parts.actor_type) as actor_type,
        coalesce(coverage.report_actor_id, parts.actor_id) as actor_id,
        parts.actor_type as source_actor_type,
        parts.actor_id as source_actor_id,
        parts.workspace_key,
        parts.platform,
        parts.model,
        parts.cost_component,
        parts.spend_basis,
        parts.spend_method,
        parts.spend_usd,
        parts.usage_date
    from parts
    left join coverage
        on
            parts.platform = coverage.platform
            and parts.actor_type = coverage.actor_type
            and parts.actor_id = coverage.actor_id
            and parts.usage_date = coverage.usage_date
    where
        parts.actor_type <> 'unattributed'
        or parts.platform <> 'claude_code'
        or parts.spend_method = 'no_matching_usage'

),

all_parts as (

    select * from named_final

    union all

    select * from keyless_final

)

select
    all_parts.actor_type,
    all_parts.actor_id,
    all_parts.source_actor_type,
    all_parts.source_actor_id,
    all_parts.workspace_key,
    all_parts.platform,
    all_parts.model,
    all_parts.cost_component,
    all_parts.spend_basis,
    all_parts.spend_method,
    day_versions.input_version,
    all_parts.spend_usd,
    all_parts.usage_date
from all_parts
inner join day_versions
    on all_parts.usage_date = day_versions.usage_date
