{#
One row per API key, name it had and period (start included, end excluded): a renamed key is still found by its old name on
the days of that name, and a name that went over to another key takes nothing along.
#}
{{ config(materialized='table') }}
with

api_keys as (

    select * from {{ ref('stg_anthropic__api_keys') }}

),

message_usage as (

    select * from {{ ref('stg_anthropic__message_usage') }}
    where api_key_id is not null

),

versions as (

    select
        api_key_id as thing_id,
        api_key_name as thing_name,
        is_current,
        version_started_at
    from api_keys

),

first_uses as (

    select
        api_key_id as thing_id,
        min(usage_date) as first_used_date
    from message_usage
    group by api_key_id

),

{{ name_periods() }}

select
    thing_id as api_key_id,
    thing_name as api_key_name,
    valid_from_date,
    valid_to_date
from name_periods
where valid_from_date < valid_to_date
