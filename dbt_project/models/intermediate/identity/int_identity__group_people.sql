{#
One row per person and period that the vendor's groups tell of and the people sheet does not: a directory for companies without one.
The team is the group in which somebody was alone; in several groups nobody knows which is the team, and it is NULL
(dq_people_in_several_groups). A group that is renamed is called so from the day on which it is first seen with the new name: the months
before keep their team. An address that the sheet knows, as somebody's own or as an
alias, is the sheet's for all time.
#}
{{ config(materialized='table') }}
with

members as (

    select * from {{ ref('stg_anthropic__rbac_group_members') }}
    where user_email is not null and person_id is not null

),

rbac_groups as (

    select * from {{ ref('stg_anthropic__rbac_groups') }}

),

sheet_addresses as (

    select * from {{ ref('int_identity__sheet_addresses') }}

),

versions as (

    select
        rbac_group_id as thing_id,
        group_name as thing_name,
        is_current,
        version_started_at
    from rbac_groups

),

first_uses as (

    select
        rbac_group_id as thing_id,
        min(
            coalesce({{ utc_date('joined_at') }}, {{ utc_date('version_started_at') }})
        ) as first_used_date
    from members
    group by rbac_group_id

),

{{ name_periods() }},

group_names as (

    select
        thing_id as rbac_group_id,
        thing_name as group_name,
        valid_from_date,
        valid_to_date
    from name_periods
    where valid_from_date < valid_to_date

),

memberships as (

    select
        members.user_email,
        members.rbac_group_id,
        min(members.person_id) as person_id,
        min(
            coalesce(
                {{ utc_date('members.joined_at') }}, {{ utc_date('members.version_started_at') }}
            )
        ) as joined_date,
        case
            when max(case when members.is_current then 1 else 0 end) = 0
                then max({{ utc_date('members.version_ended_at') }})
        end as left_date,
        max(members._loaded_at) as _loaded_at
    from members
    left join sheet_addresses
        on members.user_email = sheet_addresses.user_email
    where sheet_addresses.user_email is null
    group by members.user_email, members.rbac_group_id

),

bounds as (

    select
        user_email,
        joined_date as valid_from_date
    from memberships

    union distinct

    select
        user_email,
        left_date as valid_from_date
    from memberships
    where left_date is not null

    union distinct

    select
        memberships.user_email,
        group_names.valid_from_date
    from memberships
    inner join group_names
        on
            memberships.rbac_group_id = group_names.rbac_group_id
            and memberships.joined_date < group_names.valid_from_date
            and (
                memberships.left_date is null
                or memberships.left_date > group_names.valid_from_date
            )

),

periods as (

    select
        user_email,
        valid_from_date,
        lead(valid_from_date) over (
            partition by user_email
            order by valid_from_date
        ) as valid_to_date
    from bounds

),

final as (

    select
        min(memberships.person_id) as person_id,
        periods.user_email as person_email,
        case when count(*) = 1 then min(group_names.group_name) end as only_group_name,
        cast(count(*) as {{ dbt.type_bigint() }}) as n_groups,
        periods.valid_from_date,
        periods.valid_to_date,
        max(memberships._loaded_at) as _loaded_at
    from periods
    inner join memberships
        on
            periods.user_email = memberships.user_email
            and periods.valid_from_date >= memberships.joined_date
            and (
                memberships.left_date is null
                or periods.valid_from_date < memberships.left_date
            )
    left join group_names
        on
            memberships.rbac_group_id = group_names.rbac_group_id
            and periods.valid_from_date >= group_names.valid_from_date
            and periods.valid_from_date < group_names.valid_to_date
    group by periods.user_email, periods.valid_from_date, periods.valid_to_date

)

select * from final
