{# One row per name a vendor knows a person by: e-mails, Cursor user ids, Console user ids. #}
with

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

vendor_ids as (

    select * from {{ ref('int_identity__vendor_user_ids') }}

),

aliases as (

    select
        'email' as alias_type,
        alias_email as alias_value,
        person_id,
        person_email,
        is_primary,
        known_from_date
    from email_owners

    union all

    select
        vendor_ids.alias_type,
        vendor_ids.vendor_user_id as alias_value,
        email_owners.person_id,
        email_owners.person_email,
        false as is_primary,
        email_owners.known_from_date
    from vendor_ids
    inner join email_owners
        on vendor_ids.user_email = email_owners.alias_email

),

final as (

    select
        person_email,
        alias_type,
        alias_value,
        known_from_date,
        is_primary,
        {{ surrogate_key(['alias_type', 'alias_value']) }} as person_alias_id,
        person_id
    from aliases

)

select * from final
