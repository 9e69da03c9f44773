{# One row per user id of a vendor with the e-mail the vendor last gave for it. #}
with

team_members as (

    select * from {{ ref('stg_cursor__team_members') }}
    where cursor_user_id is not null and member_email is not null

),

anthropic_users as (

    select * from {{ ref('int_identity__anthropic_users') }}
    where user_email is not null

),

cursor_versions as (

    select
        cursor_user_id,
        member_email,
        row_number() over (
            partition by cursor_user_id
            order by version_started_at desc, member_email asc
        ) as version_rank
    from team_members

)

select
    'cursor_user_id' as alias_type,
    cursor_user_id as vendor_user_id,
    member_email as user_email
from cursor_versions
where version_rank = 1

union all

select
    'anthropic_user_id' as alias_type,
    anthropic_user_id as vendor_user_id,
    user_email
from anthropic_users
