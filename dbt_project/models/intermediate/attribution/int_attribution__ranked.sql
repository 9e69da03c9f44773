{# One row per candidate with its rank: all are kept, rank 1 is the owner. #}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

candidates as (

    select * from {{ ref('int_attribution__candidates') }}
    where usage_date in ({{ changed_days() }})

),

rules as (

    select * from {{ ref('attribution_rules') }}

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

resolved as (

    select
        candidates.*,
        coalesce(email_owners.person_email, candidates.owner_email) as resolved_email,
        email_owners.person_id
    from candidates
    left join email_owners
        on
            candidates.owner_email = email_owners.alias_email
            and candidates.usage_date >= email_owners.known_from_date

),

-- Owners that the mapping sheet names for one actor and day contradict each other; two
-- addresses of one person do not.
mapping_conflicts as (

    select
        vendor,
        platform,
        actor_type,
        actor_id,
        usage_date,
        count(distinct resolved_email) as n_mapped_owners
    from resolved
    where attribution_step = 3
    group by vendor, platform, actor_type, actor_id, usage_date

),

scored as (

    select
        resolved.vendor,
        resolved.platform,
        resolved.actor_type,
        resolved.actor_id,
        rules.attribution_method,
        resolved.resolved_email as owner_email,
        resolved.person_id,
        resolved.evidence,
        resolved.attribution_step,
        rules.ladder_rank,
        case
            when resolved.attribution_step = 3 and mapping_conflicts.n_mapped_owners > 1
                then cast(
                        {{ to_numeric('rules.confidence_text') }}
                        * {{ to_numeric("'0.5'") }}
                        as {{ numeric_type() }}
                    )
            else {{ to_numeric('rules.confidence_text') }}
        end as attribution_confidence,
        coalesce(
            resolved.attribution_step = 3 and mapping_conflicts.n_mapped_owners > 1, false
        ) as is_mapping_conflict,
        resolved.evidence_date,
        resolved.evidence_row,
        resolved.usage_date
    from resolved
    inner join rules
        on resolved.attribution_step = rules.attribution_step
    left join mapping_conflicts
        on
            resolved.vendor = mapping_conflicts.vendor
            and resolved.platform = mapping_conflicts.platform
            and resolved.actor_type = mapping_conflicts.actor_type
            and resolved.actor_id = mapping_conflicts.actor_id
            and resolved.usage_date = mapping_conflicts.usage_date

),

ranked as (

    select
        *,
        row_number() over (
            partition by usage_date, vendor, platform, actor_type, actor_id
            order by
                ladder_rank asc,
                coalesce(evidence_date, cast('1900-01-01' as date)) desc,
                coalesce(evidence_row, 0) desc,
                coalesce(owner_email, '') asc,
                evidence asc
        ) as candidate_rank
    from scored

),

final as (

    select
        ranked.vendor,
        ranked.platform,
        ranked.actor_type,
        ranked.actor_id,
        ranked.attribution_method,
        ranked.owner_email,
        ranked.person_id,
        ranked.evidence,
        ranked.attribution_step,
        ranked.candidate_rank,
        ranked.attribution_confidence,
        ranked.is_mapping_conflict,
        day_versions.input_version,
        ranked.usage_date
    from ranked
    inner join day_versions
        on ranked.usage_date = day_versions.usage_date

)

select * from final
