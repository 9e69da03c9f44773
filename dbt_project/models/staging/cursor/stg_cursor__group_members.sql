{# One row per Cursor billing group, member and snapshot day. #}
with

source as (

    select * from {{ source('cursor', 'group_members') }}

),

renamed as (

    select
        snapshot_date,
        {{ blank_to_null('group_id') }} as cursor_group_id,
        {{ blank_to_null('user_id') }} as cursor_user_id,
        {{ normalise_email('email') }} as member_email,
        {{ blank_to_null('name') }} as member_name,
        {{ cents_to_usd('spend_cents') }} as cycle_spend_usd,
        is_former,
        {{ blank_to_null('joined_at') }} as joined_at_text,
        {{ blank_to_null('left_at') }} as left_at_text,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
