{#
One row per claude.ai user id under which an e-mail was ever seen: whose it is, and since when. A deleted account comes
without its e-mail; what was said of it before tells whose use it was.
#}
{{ config(materialized='table') }}
with

daily_users as (

    select * from {{ ref('stg_claude_ai__daily_users') }}

),

user_usage as (

    select * from {{ ref('stg_claude_ai__user_usage') }}

),

user_costs as (

    select * from {{ ref('stg_claude_ai__user_costs') }}

),

audit_events as (

    select * from {{ ref('stg_claude_ai__audit_events') }}

),

sightings as (

    select
        claude_user_id,
        user_email,
        usage_date
    from daily_users

    union distinct

    select
        claude_user_id,
        user_email,
        usage_date
    from user_usage

    union distinct

    select
        claude_user_id,
        user_email,
        usage_date
    from user_costs

    union distinct

    select
        claude_user_id,
        user_email,
        usage_date
    from audit_events

),

ranked as (

    select
        claude_user_id,
        user_email,
        usage_date,
        -- The first e-mail stays: a later one is the same account, and must not change the past.
        row_number() over (
            partition by claude_user_id
            order by usage_date asc, user_email asc
        ) as sighting_rank
    from sightings
    where claude_user_id is not null and user_email is not null

)

select
    claude_user_id,
    user_email,
    usage_date as known_from_date
from ranked
where sighting_rank = 1
