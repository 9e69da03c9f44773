{#
Counted the slow way, person by person, on the last day of every week: the actives of the windows, the people of the
directory, and, per usage scope, whoever was ever new. A count that is told is the right one; whether it may be told is
another question.
#}
with

active_people as (

    select * from {{ ref('mart_adoption__active_people') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

checked_rows as (

    select
        active_people_id,
        usage_scope_level,
        usage_scope,
        team_scope_level,
        team_scope,
        n_active_people_1d,
        n_active_people_7d,
        n_active_people_28d,
        n_people_1d,
        n_people_7d,
        n_people_28d,
        cast({{ dbt.dateadd('day', -6, 'usage_date') }} as date) as first_date_7d,
        cast({{ dbt.dateadd('day', -27, 'usage_date') }} as date) as first_date_28d,
        usage_date
    from active_people
    where {{ iso_weekday('usage_date') }} = 7

),

recounted_actives as (

    select
        checked_rows.active_people_id,
        count(distinct case
            when active_person_days.usage_date = checked_rows.usage_date
                then active_person_days.person_key
        end) as n_active_people_1d,
        count(distinct case
            when active_person_days.usage_date >= checked_rows.first_date_7d
                then active_person_days.person_key
        end) as n_active_people_7d,
        count(distinct active_person_days.person_key) as n_active_people_28d
    from checked_rows
    inner join active_person_days
        on
            checked_rows.first_date_28d <= active_person_days.usage_date
            and checked_rows.usage_date >= active_person_days.usage_date
            and checked_rows.usage_scope = case checked_rows.usage_scope_level
                when 'platform' then active_person_days.platform
                when 'category' then active_person_days.category
                else 'all'
            end
            and checked_rows.team_scope = case checked_rows.team_scope_level
                when 'team' then coalesce(active_person_days.team_name, 'no team')
                else 'all'
            end
    group by checked_rows.active_people_id

),

recounted_people as (

    select
        checked_rows.active_people_id,
        count(distinct case
            when people.valid_to_date > checked_rows.usage_date then people.person_id
        end) as n_people_1d,
        count(distinct case
            when people.valid_to_date > checked_rows.first_date_7d then people.person_id
        end) as n_people_7d,
        count(distinct people.person_id) as n_people_28d
    from checked_rows
    inner join people
        on
            checked_rows.usage_date >= people.valid_from_date
            and checked_rows.first_date_28d < people.valid_to_date
            and checked_rows.team_scope = case checked_rows.team_scope_level
                when 'team' then coalesce(people.team_name, 'no team')
                else 'all'
            end
    group by checked_rows.active_people_id

),

newcomers as (

    select
        usage_scope_level,
        usage_scope,
        {{ sum_units('n_new_people') }} as n_new_people
    from {{ ref('int_adoption__active_changes') }}
    where team_scope_level = 'team'
    group by usage_scope_level, usage_scope

),

users_ever as (

    select
        'platform' as usage_scope_level,
        platform as usage_scope,
        count(distinct person_key) as n_people
    from active_person_days
    group by platform

    union all

    select
        'category' as usage_scope_level,
        category as usage_scope,
        count(distinct person_key) as n_people
    from active_person_days
    group by category

    union all

    select
        'all' as usage_scope_level,
        'all' as usage_scope,
        count(distinct person_key) as n_people
    from active_person_days

)

select
    checked_rows.usage_date,
    checked_rows.usage_scope,
    checked_rows.team_scope,
    'people of the window' as claim
from checked_rows
left join recounted_actives
    on checked_rows.active_people_id = recounted_actives.active_people_id
left join recounted_people
    on checked_rows.active_people_id = recounted_people.active_people_id
where
    checked_rows.n_active_people_1d
    <> coalesce(recounted_actives.n_active_people_1d, 0)
    or checked_rows.n_active_people_7d
    <> coalesce(recounted_actives.n_active_people_7d, 0)
    or checked_rows.n_active_people_28d
    <> coalesce(recounted_actives.n_active_people_28d, 0)
    or checked_rows.n_people_1d <> coalesce(recounted_people.n_people_1d, 0)
    or checked_rows.n_people_7d <> coalesce(recounted_people.n_people_7d, 0)
    or checked_rows.n_people_28d <> coalesce(recounted_people.n_people_28d, 0)

union all

select
    cast(null as date) as usage_date,
    users_ever.usage_scope,
    'all' as team_scope,
    'everybody was new once' as claim
from users_ever
left join newcomers
    on
        users_ever.usage_scope_level = newcomers.usage_scope_level
        and users_ever.usage_scope = newcomers.usage_scope
where users_ever.n_people <> coalesce(newcomers.n_new_people, 0)
