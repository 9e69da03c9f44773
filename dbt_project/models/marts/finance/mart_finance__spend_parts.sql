{#
One row per part of a row of the spend ledger: the money of one origin, or the share of it that follows tokens which another
report counts under somebody else. What the ledger adds up, published as it is, so that nobody has to work it out again.
#}
{{ daily_incremental(cluster_by=['spend_id']) }}
with

parts as (

    select * from {{ ref('int_spend__ledger_parts') }}
    where usage_date in ({{ changed_days() }})

)

select
    usage_date,
    owner_email as person_email,
    actor_type,
    actor_id,
    vendor,
    platform,
    source_actor_type,
    used_actor_type,
    workspace_key,
    counted_tokens,
    origin_tokens,
    spend_usd,
    origin_usd,
    rounding_usd,
    spend_method,
    counted_by,
    attribution_method,
    attribution_confidence,
    certainty_rank = 1 as is_speaking_for_row,
    source_actor_id,
    used_actor_id,
    {{ surrogate_key([
        'spend_id', 'origin_id', 'source_actor_type', 'source_actor_id', 'counted_by'
    ]) }} as spend_part_id,
    spend_id,
    origin_id,
    input_version
from parts
-- An amount that no rate makes dollars of is in no row of the ledger.
where spend_usd is not null
