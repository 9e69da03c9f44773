{#
One row per UTC day, platform, actor with money in the ledger and possible owner: every step of the attribution ladder that
says something, with its evidence and its place. Rank 1 is the owner.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

ranked as (

    select * from {{ ref('int_attribution__ranked') }}
    where usage_date in ({{ changed_days() }})

),

ledger_parts as (

    select * from {{ ref('int_spend__ledger_parts') }}
    where usage_date in ({{ changed_days() }})

),

rules as (

    select * from {{ ref('attribution_rules') }}

),

paid_actors as (

    select
        usage_date,
        vendor,
        platform,
        source_actor_type,
        source_actor_id
    from ledger_parts
    group by usage_date, vendor, platform, source_actor_type, source_actor_id

),

final as (

    select
        ranked.usage_date,
        ranked.vendor,
        ranked.platform,
        ranked.actor_type,
        ranked.actor_id,
        ranked.owner_email,
        ranked.attribution_step,
        ranked.attribution_method,
        ranked.attribution_confidence,
        rules.rule_note,
        ranked.evidence,
        ranked.candidate_rank,
        ranked.is_mapping_conflict,
        {{ surrogate_key([
            'ranked.usage_date', 'ranked.vendor', 'ranked.platform', 'ranked.actor_type', 'ranked.actor_id',
            'ranked.candidate_rank'
        ]) }} as owner_candidate_id,
        ranked.person_id,
        ranked.input_version
    from ranked
    inner join paid_actors
        on
            ranked.usage_date = paid_actors.usage_date
            and ranked.vendor = paid_actors.vendor
            and ranked.platform = paid_actors.platform
            and ranked.actor_type = paid_actors.source_actor_type
            and ranked.actor_id = paid_actors.source_actor_id
    left join rules
        on ranked.attribution_step = rules.attribution_step

)

select * from final
