{#
One row per platform with the names that its bill carries in the FOCUS export. Anthropic states its organisation
itself; the other billing accounts are what the seed says. A tool that is not listed is called what the seats tab calls it.
#}
with

focus_services as (

    select * from {{ ref('focus_services') }}

),

platforms as (

    select * from {{ ref('int_spend__platforms') }}

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
        coalesce(focus_services.service_name, platforms.platform_name) as service_name,
        coalesce(focus_services.service_category, 'Other') as service_category,
        coalesce(focus_services.service_subcategory, 'Other (Other)') as service_subcategory,
        coalesce(focus_services.provider_name, platforms.vendor) as provider_name,
        coalesce(focus_services.publisher_name, platforms.vendor) as publisher_name,
        coalesce(focus_services.invoice_issuer_name, platforms.vendor) as invoice_issuer_name,
        coalesce(
            anthropic_account.organization_id, focus_services.billing_account_id, platforms.vendor
        ) as billing_account_id,
        coalesce(
            anthropic_account.organization_name,
            focus_services.billing_account_name,
            platforms.vendor
        ) as billing_account_name
    from platforms
    left join focus_services
        on platforms.platform = focus_services.platform
    left join anthropic_account
        on
            platforms.vendor = anthropic_account.vendor
            and anthropic_account.organization_rank = 1

)

select * from final
