{#
One row per e-mail (primary or alias) that the people directory knows: whose it is, and since
when.
#}
{{ config(materialized='table') }}
with

people as (

    select * from {{ ref('int_identity__people') }}

),

primary_emails as (

    select
        person_email as alias_email,
        person_id,
        person_email,
        known_from_date,
        true as is_primary
    from people

),

alias_emails as (

    select
        {{ normalise_email('split_value') }} as alias_email,
        person_id,
        person_email,
        known_from_date,
        false as is_primary
    from people
    {{ cross_join_split("replace(coalesce(aliases_text, ''), ',', ';')", ';') }}

),

all_emails as (

    select * from primary_emails

    union all

    select * from alias_emails
    where alias_email is not null

),

ranked as (

    select
        *,
        -- An e-mail that is somebody's own beats an alias; dq_alias_conflicts names the losers.
        row_number() over (
            partition by alias_email
            order by is_primary desc, known_from_date asc, person_email asc
        ) as owner_rank
    from all_emails

),

final as (

    select
        alias_email,
        person_id,
        person_email,
        is_primary,
        known_from_date
    from ranked
    where owner_rank = 1

)

select * from final
