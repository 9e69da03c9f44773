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

-- Several owners that the mapping sheet names for one actor and day contradict each other.
mapping_conflicts as (

    select
        vendor,
        platform,
        actor_type,
        actor_id,
        usage_date,
        count(distinct owner_email) as n_mapped_owners
    from candidates
    where attribution_step = 3
    group by vendor, platform, actor_type, actor_id, usage_date

),

scored as (

    select
        candidates.vendor,
        candidates.platform,
        candidates.actor_type,
        candidates.actor_id,
        rules.attribution_method,
        coalesce(email_owners.person_email, candidates.owner_email) as owner_email,
        email_owners.person_id,
        candidates.evidence,
        candidates.attribution_step,
        rules.ladder_rank,
        case
            when candidates.attribution_step = 3 and mapping_conflicts.n_mapped_owners > 1
                then cast({{ to_numeric('rules.confidence_text') }} * {{ to_numeric("'0.5'") }} as {{ numeric_type() }})
            else {{ to_numeric('rules.confidence_text') }}
        end as attribution_confidence,
        coalesce(candidates.attribution_step = 3 and mapping_conflicts.n_mapped_owners > 1, false) as is_mapping_conflict,
        candidates.evidence_date,
        candidates.evidence_row,
        candidates.usage_date
    from candidates
    inner join rules
        on candidates.attribution_step = rules.attribution_step
    left join mapping_conflicts
        on
            candidates.vendor = mapping_conflicts.vendor
            and candidates.platform = mapping_conflicts.platform
            and candidates.actor_type = mapping_conflicts.actor_type
            and candidates.actor_id = mapping_conflicts.actor_id
            and candidates.usage_date = mapping_conflicts.usage_date
    left join email_owners
        on
            candidates.owner_email = email_owners.alias_email
            and candidates.usage_date >= email_owners.known_from_date

),

ranked as (

    select
        *,
        row_number() over (
            partition by usage_date, vendor, platform, actor_type, actor_id
            order by
                ladder_rank,
                coalesce(evidence_date, cast('1900-01-01' as date)) desc,
                coalesce(evidence_row, 0) desc,
                coalesce(owner_email, ''),
                evidence
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
