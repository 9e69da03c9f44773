{#
One row per seat and UTC day with its holder and whether the holder used the platform on it: active, not active, or not
to be told (no report of the day; no holder; a Claude Code holder whom the report never names, for the report leaves
out many who work on a subscription).
#}
with

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

observed_days as (

    select * from {{ ref('int_usage__observed_days') }}

),

held as (

    select
        seat_days.sheet_row,
        seat_days.vendor,
        seat_days.platform,
        seat_days.plan_name,
        case when seat_days.actor_type = 'person' then seat_days.actor_id end as seat_email,
        case
            when seat_days.actor_type = 'person'
                then coalesce(chosen.person_id, chosen.owner_email, seat_days.actor_id)
        end as person_key,
        chosen.person_id,
        chosen.team_name,
        chosen.department_name,
        chosen.cost_centre,
        seat_days.monthly_usd,
        seat_days.valid_from_date,
        seat_days.spend_usd,
        seat_days.usage_date
    from seat_days
    left join chosen
        on
            seat_days.vendor = chosen.vendor
            and seat_days.platform = chosen.platform
            and seat_days.actor_type = chosen.actor_type
            and seat_days.actor_id = chosen.actor_id
            and seat_days.usage_date = chosen.usage_date

),

ever_active as (

    select
        platform,
        person_key
    from active_person_days
    group by platform, person_key

),

final as (

    select
        held.sheet_row,
        held.vendor,
        held.platform,
        held.plan_name,
        held.seat_email,
        held.person_key,
        held.person_id,
        held.team_name,
        held.department_name,
        held.cost_centre,
        case
            when active_person_days.usage_date is not null then 'active'
            when
                held.person_key is null
                or observed_days.usage_date is null
                or (held.platform = 'claude_code' and ever_active.person_key is null)
                then 'cannot_tell'
            else 'not_active'
        end as day_activity,
        held.monthly_usd,
        held.valid_from_date,
        held.spend_usd,
        held.usage_date
    from held
    left join active_person_days
        on
            held.platform = active_person_days.platform
            and held.person_key = active_person_days.person_key
            and held.usage_date = active_person_days.usage_date
    left join ever_active
        on
            held.platform = ever_active.platform
            and held.person_key = ever_active.person_key
    left join observed_days
        on
            held.platform = observed_days.platform
            and held.usage_date = observed_days.usage_date

)

select * from final
