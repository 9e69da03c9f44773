{#
One row per UTC day, platform and actor that used or was charged for something: who is to be
found.
#}
with

cursor_usage as (

    select * from {{ ref('stg_cursor__daily_usage') }}
    where user_email is not null

),

cursor_charges as (

    select * from {{ ref('int_spend__cursor_charges') }}

),

claude_code_records as (

    select * from {{ ref('int_usage__claude_code_records') }}

),

message_actors as (

    select * from {{ ref('int_platform__detected') }}

),

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}

),

claude_ai_daily as (

    select * from {{ ref('int_usage__claude_ai_daily') }}

),

claude_ai_tokens as (

    select * from {{ ref('int_usage__claude_ai_model_tokens') }}

),

claude_ai_charges as (

    select * from {{ ref('int_spend__claude_ai_charges') }}

),

vendor_costs as (

    select * from {{ ref('int_spend__vendor_costs') }}

),

gemini_daily as (

    select * from {{ ref('int_usage__gemini_daily') }}

),

all_subjects as (

    select
        'cursor' as vendor,
        'cursor' as platform,
        'person' as actor_type,
        user_email as actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        usage_date
    from cursor_usage

    union all

    select
        'cursor' as vendor,
        'cursor' as platform,
        actor_type,
        actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        usage_date
    from cursor_charges

    union all

    select
        'anthropic' as vendor,
        'claude_code' as platform,
        actor_type,
        actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        usage_date
    from claude_code_records

    union all

    select
        'anthropic' as vendor,
        platform,
        actor_type,
        actor_id,
        workspace_key,
        usage_date
    from message_actors

    union all

    select
        vendor,
        platform,
        actor_type,
        actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        usage_date
    from seat_days

    union all

    select
        'anthropic' as vendor,
        'claude_ai' as platform,
        actor_type,
        actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        usage_date
    from claude_ai_daily
    where is_use

    union all

    select
        'anthropic' as vendor,
        platform,
        actor_type,
        actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        usage_date
    from claude_ai_tokens

    union all

    select
        'anthropic' as vendor,
        platform,
        actor_type,
        actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        usage_date
    from claude_ai_charges

    union all

    select
        'anthropic' as vendor,
        platform,
        actor_type,
        actor_id,
        workspace_key,
        usage_date
    from vendor_costs

    union all

    select
        'google' as vendor,
        'gemini_workspace' as platform,
        actor_type,
        actor_id,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        usage_date
    from gemini_daily

)

select
    vendor,
    platform,
    actor_type,
    actor_id,
    usage_date,
    -- A key belongs to one workspace; should the vendor ever report two, the first in order speaks
    -- for it.
    min(workspace_key) as workspace_key
from all_subjects
group by vendor, platform, actor_type, actor_id, usage_date
