{# One row per day of a snapshot, member and period: the limit that holds and what is used of it. #}
with

source as (

    select * from {{ source('anthropic', 'spend_limit_usage') }}

),

renamed as (

    select
        snapshot_date,
        {{ blank_to_null('spend_limit_id') }} as spend_limit_id,
        {{ blank_to_null('actor_user_id') }} as anthropic_user_id,
        {{ blank_to_null('actor_scoped_api_key_id') }} as scoped_api_key_id,
        {{ normalise_email('actor_email_address') }} as user_email,
        {{ blank_to_null('source_type') }} as limit_source_type,
        coalesce(
            {{ blank_to_null('source_user_id') }}, {{ blank_to_null('source_workspace_id') }},
            {{ blank_to_null('source_rbac_group_id') }}, {{ blank_to_null('source_seat_tier') }},
            {{ blank_to_null('source_service') }}
        ) as limit_source_key,
        {{ blank_to_null('period') }} as limit_period,
        upper(currency) as currency,
        {{ cents_to_usd('amount') }} as limit_amount,
        {{ cents_to_usd('period_to_date_spend') }} as used_amount,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
