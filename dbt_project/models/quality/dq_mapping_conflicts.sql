{# One row per actor and run of days on which the mapping sheet names several owners for one key. #}
with

ranked as (

    select * from {{ ref('int_attribution__ranked') }}
    where is_mapping_conflict

)

select
    platform,
    actor_type,
    actor_id,
    count(distinct owner_email) as n_owners,
    min(owner_email) as first_owner_email,
    max(owner_email) as last_owner_email,
    min(usage_date) as first_conflict_date,
    max(usage_date) as check_date
from ranked
group by platform, actor_type, actor_id
