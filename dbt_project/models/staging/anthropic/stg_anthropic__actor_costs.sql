{#
One row per UTC day, identity, key, model, product, workspace and component of the vendor's own costs: after
discounts, before credits.
#}
with

source as (

    select * from {{ source('anthropic', 'analytics_cost') }}

),

renamed as (

    select
        usage_date,
        {{ blank_to_null('actor_type') }} as vendor_actor_type,
        {{ blank_to_null('actor_user_id') }} as anthropic_user_id,
        {{ normalise_email('actor_email_address') }} as user_email,
        {{ blank_to_null('actor_service_account_id') }} as service_account_id,
        {{ blank_to_null('actor_api_key_id') }} as actor_api_key_id,
        {{ blank_to_null('actor_provider_type') }} as provider_type,
        coalesce(
            {{ blank_to_null('actor_subject') }},
            {{ blank_to_null('actor_aws_account_id') }},
            {{ blank_to_null('actor_azure_subscription_id') }},
            {{ blank_to_null('actor_gcp_project_number') }},
            {{ blank_to_null('actor_oidc_issuer') }}
        ) as provider_identity,
        {{ blank_to_null('api_key_id') }} as api_key_id,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('product') }} as product,
        {{ blank_to_null('workspace_id') }} as workspace_id,
        {{ blank_to_null('cost_type') }} as cost_type,
        {{ blank_to_null('token_type') }} as token_type,
        upper(currency) as currency,
        amount as stated_amount_text,
        {{ cents_to_usd('amount') }} as charged_usd,
        {{ cents_to_usd('list_amount') }} as list_usd,
        actor_is_deleted as is_deleted_user,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
