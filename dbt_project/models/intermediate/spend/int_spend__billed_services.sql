{#
One row per platform with the names that its bill carries in the FOCUS export. Anthropic states its organisation
itself; the other billing accounts are what the seed says.
#}
with

focus_services as (

    select * from {{ ref('focus_services') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

organizations as (

    select * from {{ ref('stg_anthropic__organizations') }}
    where is_current

),

anthropic_account as (

    select
        organization_id,
        organization_name,
        'anthropic' as vendor,
        row_number() over (order by organization_id) as organization_rank
    from organizations

),

final as (

    select
        platforms.platform,
        platforms.vendor,
        focus_services.service_name,
        focus_services.service_category,
        focus_services.service_subcategory,
        focus_services.provider_name,
        focus_services.publisher_name,
        focus_services.invoice_issuer_name,
        coalesce(
            anthropic_account.organization_id, focus_services.billing_account_id
        ) as billing_account_id,
        coalesce(
            anthropic_account.organization_name, focus_services.billing_account_name
        ) as billing_account_name
    from platforms
    inner join focus_services
        on platforms.platform = focus_services.platform
    left join anthropic_account
        on
            platforms.vendor = anthropic_account.vendor
            and anthropic_account.organization_rank = 1

)

select * from final
