{# One row per event of the audit log, however many exports repeat it. #}
with

source as (

    select * from {{ source('claude_ai', 'audit_log') }}

),

renamed as (

    select
        usage_date,
        row_hash,
        {{ blank_to_null('event') }} as event_name,
        {{ blank_to_null('actor_type') }} as vendor_actor_type,
        {{ blank_to_null('actor_uuid') }} as claude_user_id,
        {{ normalise_email('actor_email_address') }} as user_email,
        {{ blank_to_null('entity_type') }} as entity_type,
        {{ blank_to_null('entity_uuid') }} as entity_id,
        {{ blank_to_null('entity_project_uuid') }} as project_id,
        {{ blank_to_null('previous_seat_tier') }} as previous_seat_tier,
        {{ blank_to_null('new_seat_tier') }} as new_seat_tier,
        {{ blank_to_null('client_platform') }} as client_platform,
        {{ utc_timestamp('created_at') }} as occurred_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
