with

sources as (

    select distinct
        usage_date,
        vendor,
        platform,
        source_actor_type,
        source_actor_id
    from marts.mart_finance__spend_parts
    where spend_id in (select unnest($spend_ids))

)

select candidates.*
from marts.mart_finance__owner_candidates as candidates
inner join sources
    on
        candidates.usage_date = sources.usage_date
        and candidates.vendor = sources.vendor
        and candidates.platform = sources.platform
        and candidates.actor_type = sources.source_actor_type
        and candidates.actor_id = sources.source_actor_id
order by
    candidates.usage_date,
    candidates.vendor,
    candidates.platform,
    candidates.actor_type,
    candidates.actor_id,
    candidates.candidate_rank
