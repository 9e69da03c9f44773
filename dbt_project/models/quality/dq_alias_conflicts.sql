{#
One row per address that the people sheet gives to several people. Where it is one's own address it stays his; an alias of
several is nobody's, and its use and money have no person.
#}
with

alias_claims as (

    select * from {{ ref('int_identity__alias_claims') }}

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

sheet_people as (

    select * from {{ ref('stg_sheets__people') }}

),

loaded as (

    select max(cast(_loaded_at as date)) as loaded_date
    from sheet_people

),

conflicts as (

    select
        alias_email,
        count(*) as n_people,
        min(person_email) as first_person_email,
        max(person_email) as last_person_email
    from alias_claims
    group by alias_email
    having count(*) > 1

),

final as (

    select
        {{ finding_columns(
            check_name="'alias_conflict'",
            check_scope='conflicts.alias_email',
            finding=sentence([
                "'column aliases of the tab people gives '", 'conflicts.alias_email', "' to '",
                'conflicts.n_people', "' people, '", 'conflicts.first_person_email', "' and '",
                'conflicts.last_person_email', "' among them; it counts for '",
                "coalesce(email_owners.person_email, 'nobody')"
            ]),
            observed_value='conflicts.n_people',
            expected_value='1',
            check_date='loaded.loaded_date'
        ) }},
        conflicts.alias_email,
        conflicts.first_person_email,
        conflicts.last_person_email,
        email_owners.person_email as owner_email,
        conflicts.n_people
    from conflicts
    cross join loaded
    left join email_owners
        on conflicts.alias_email = email_owners.alias_email

)

select * from final
