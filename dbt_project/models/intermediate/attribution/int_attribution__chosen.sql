{#
One row per UTC day, platform and actor: the owner, how it was found, and the team valid on the
day of use.
#}
with

ranked as (

    select * from {{ ref('int_attribution__ranked') }}
    where candidate_rank = 1

),

people as (

    select * from {{ ref('int_identity__people') }}

)

select
    ranked.vendor,
    ranked.platform,
    ranked.actor_type,
    ranked.actor_id,
    ranked.attribution_method,
    ranked.owner_email,
    ranked.person_id,
    people.team_name,
    people.department_name,
    people.cost_centre,
    ranked.evidence,
    ranked.attribution_step,
    ranked.attribution_confidence,
    ranked.is_mapping_conflict,
    ranked.usage_date
from ranked
left join people
    on
        ranked.person_id = people.person_id
        and ranked.usage_date >= people.valid_from_date
        and ranked.usage_date < people.valid_to_date
