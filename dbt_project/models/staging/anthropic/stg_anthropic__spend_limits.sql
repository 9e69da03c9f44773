{# One row per spend limit and version. #}
with

source as (

    select * from {{ source('anthropic', 'spend_limits') }}

),

renamed as (

    select
        id as spend_limit_id,
        {{ blank_to_null('scope_type') }} as limit_scope_type,
        coalesce(
            {{ blank_to_null('scope_user_id') }}, {{ blank_to_null('scope_workspace_id') }},
            {{ blank_to_null('scope_rbac_group_id') }}, {{ blank_to_null('scope_seat_tier') }},
            {{ blank_to_null('scope_service') }}
        ) as limit_scope_key,
        {{ blank_to_null('period') }} as limit_period,
        upper(currency) as currency,
        {{ cents_to_usd('amount') }} as limit_amount,
        coalesce(is_enabled, true) as is_enabled,
        _dlt_valid_to is null as is_current,
        {{ utc_timestamp('_dlt_valid_from') }} as version_started_at,
        {{ utc_timestamp('_dlt_valid_to') }} as version_ended_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
