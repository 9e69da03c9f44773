{# One row per Cursor member and snapshot day: spend is cumulative since the cycle started. #}
with

source as (

    select * from {{ source('cursor', 'spend') }}

),

renamed as (

    select
        snapshot_date,
        {{ blank_to_null('user_id') }} as cursor_user_id,
        {{ normalise_email('email') }} as user_email,
        {{ blank_to_null('role') }} as member_role,
        {{ cents_to_usd('spend_cents') }} as on_demand_usd,
        {{ cents_to_usd('overall_spend_cents') }} as overall_usd,
        {{ cents_to_usd('included_spend_cents') }} as included_usd,
        fast_premium_requests as n_fast_premium_requests,
        {{ to_numeric('hard_limit_override_dollars') }} as hard_limit_usd,
        {{ to_numeric('monthly_limit_dollars') }} as monthly_limit_usd,
        {{ to_numeric('effective_per_user_limit_dollars') }} as effective_limit_usd,
        {{ ms_to_timestamp('subscription_cycle_start_ms') }} as cycle_started_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
