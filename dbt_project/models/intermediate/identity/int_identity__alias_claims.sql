{#
One row per e-mail and person of the people directory who has it, as own address or as alias. Aliases are divided by
commas, semicolons or any white space.
#}
with

people as (

    select * from {{ ref('int_identity__people') }}

),

written as (

    select
        person_id,
        person_email,
        known_from_date,
        {{ regexp_replaced("coalesce(aliases_text, '')", '[,;\\s\\x{0085}\\p{Z}]+', ';') }}
            as aliases_text
    from people

),

claims as (

    select
        person_email as alias_email,
        person_id,
        person_email,
        known_from_date,
        true as is_primary
    from people

    union all

    select
        {{ normalise_email('split_value') }} as alias_email,
        person_id,
        person_email,
        known_from_date,
        false as is_primary
    from written
    {{ cross_join_split('aliases_text', ';') }}

)

select
    alias_email,
    person_id,
    person_email,
    min(known_from_date) as known_from_date,
    max(case when is_primary then 1 else 0 end) = 1 as is_primary
from claims
where alias_email is not null
group by alias_email, person_id, person_email
