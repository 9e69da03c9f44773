with

ledger as (

    select * from marts.fct_ai_spend_daily
    where actor_type in ('api_key', 'api_key_name', 'service_account', 'account')

),

uses as (

    select
        actor_id,
        min(usage_date) as first_date
    from ledger
    group by actor_id

),

-- What is not sure: named by who made it, by a workspace of one, by rows that contradict each other, or not at all.
unsure as (

    select
        actor_type,
        actor_id,
        min(platform) as platform,
        count(distinct platform) as n_platforms,
        sum(spend_usd) as spend_usd,
        arg_min(attribution_method, attribution_confidence) as attribution_method,
        min(attribution_confidence) as attribution_confidence,
        max(usage_date) as last_date
    from ledger
    where usage_date >= $since and attribution_confidence < $sure
    group by actor_type, actor_id

),

suggestions as (

    select
        actor_id,
        arg_max(owner_email, (usage_date, -candidate_rank)) as owner_email,
        bool_or(is_mapping_conflict) as is_mapping_conflict
    from marts.mart_finance__owner_candidates
    where usage_date >= $since and owner_email is not null
    group by actor_id

)

select
    unsure.*,
    uses.first_date,
    api_keys.api_key_name,
    suggestions.owner_email,
    coalesce(suggestions.is_mapping_conflict, false) as is_mapping_conflict
from unsure
inner join uses
    on unsure.actor_id = uses.actor_id
left join marts.dim_api_keys as api_keys
    on unsure.actor_id = api_keys.api_key_id
left join suggestions
    on unsure.actor_id = suggestions.actor_id
order by unsure.spend_usd desc, unsure.actor_id
