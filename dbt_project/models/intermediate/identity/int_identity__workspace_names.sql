{#
One row per workspace, name it had and period (start included, end excluded): a workspace that is renamed does not change
what it was in a month that is closed.
#}
{{ config(materialized='table') }}
with

workspaces as (

    select * from {{ ref('stg_anthropic__workspaces') }}

),

message_usage as (

    select * from {{ ref('stg_anthropic__message_usage') }}
    where workspace_id is not null

),

versions as (

    select
        workspace_id as thing_id,
        workspace_name as thing_name,
        is_current,
        version_started_at
    from workspaces

),

first_uses as (

    select
        workspace_id as thing_id,
        min(usage_date) as first_used_date
    from message_usage
    group by workspace_id

),

{{ name_periods() }}

select
    thing_id as workspace_key,
    thing_name as workspace_name,
    valid_from_date,
    valid_to_date
from name_periods
where valid_from_date < valid_to_date

union all

select
    'default' as workspace_key,
    'Default' as workspace_name,
    cast('1900-01-01' as date) as valid_from_date,
    cast('9999-12-31' as date) as valid_to_date
