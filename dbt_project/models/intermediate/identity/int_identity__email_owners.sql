{#
One row per e-mail (primary or alias) that the people directory knows: whose it is, and since when. An address that is
somebody's own is his; an alias of several people is nobody's until the sheet says whose (dq_alias_conflicts).
#}
{{ config(materialized='table') }}
with

alias_claims as (

    select * from {{ ref('int_identity__alias_claims') }}

),

ranked as (

    select
        *,
        min(person_id) over (partition by alias_email)
        = max(person_id) over (partition by alias_email) as is_undisputed,
        row_number() over (
            partition by alias_email
            order by is_primary desc, known_from_date asc, person_email asc
        ) as owner_rank
    from alias_claims

)

select
    alias_email,
    person_id,
    person_email,
    is_primary,
    known_from_date
from ranked
where owner_rank = 1 and (is_primary or is_undisputed)
