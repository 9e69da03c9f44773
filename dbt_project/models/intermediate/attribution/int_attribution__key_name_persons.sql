{#
One row per name an API key had and period, and the one e-mail of the directory whose local part
the name carries.
#}
with

api_key_names as (

    select * from {{ ref('int_identity__api_key_names') }}

),

rules as (

    select * from {{ ref('attribution_rules') }}
    where match_pattern is not null

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

local_parts as (

    select
        {{ regexp_capture('alias_email', "'^([^@]+)@'") }} as local_part,
        count(distinct person_id) as n_persons,
        min(person_email) as person_email
    from email_owners
    group by local_part

),

carried as (

    select
        api_key_names.api_key_id,
        api_key_names.api_key_name,
        rules.attribution_step,
        {{ regexp_capture(
            'lower(api_key_names.api_key_name)', 'rules.match_pattern'
        ) }} as local_part,
        api_key_names.valid_from_date,
        api_key_names.valid_to_date
    from api_key_names
    cross join rules

)

select
    carried.api_key_id,
    carried.api_key_name,
    carried.attribution_step,
    local_parts.person_email as owner_email,
    carried.valid_from_date,
    carried.valid_to_date
from carried
inner join local_parts
    on carried.local_part = local_parts.local_part
-- The same local part under two domains names nobody for certain.
where local_parts.n_persons = 1
