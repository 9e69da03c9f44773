{# One row per Cursor billing group and snapshot day. #}
with

source as (

    select * from {{ source('cursor', 'groups') }}

),

renamed as (

    select
        snapshot_date,
        {{ blank_to_null('id') }} as cursor_group_id,
        {{ blank_to_null('name') }} as group_name,
        {{ blank_to_null('type') }} as group_type,
        {{ blank_to_null('directory_group_id') }} as directory_group_id,
        member_count as n_members,
        {{ cents_to_usd('spend_cents') }} as cycle_spend_usd,
        {{ blank_to_null('billing_cycle_start') }} as billing_cycle_start_text,
        {{ blank_to_null('billing_cycle_end') }} as billing_cycle_end_text,
        is_unassigned_group,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
