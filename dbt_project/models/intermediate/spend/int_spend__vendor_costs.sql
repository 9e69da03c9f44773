{#
One row per line of the vendor's own costs, of days that are whole there. The actor is the one that the usage report names too where
the vendor's identity is the only one behind it, so that money and tokens meet, else the vendor's identity itself.
`is_counted_elsewhere`: claude.ai's own report has the day, and with it this money.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

actor_costs as (

    select * from {{ ref('stg_anthropic__actor_costs') }}
    where usage_date in ({{ changed_days() }})

),

partitions as (

    select * from {{ ref('stg_anthropic__loaded_partitions') }}
    where resource_name = 'analytics_cost' and n_quarantined = 0

),

claude_ai_charges as (

    select * from {{ ref('int_spend__claude_ai_charges') }}

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}
    where usage_date in ({{ changed_days() }})

),

workspace_platforms as (

    select * from {{ ref('int_platform__workspaces') }}

),

default_workspaces as (

    select * from {{ ref('int_identity__default_workspaces') }}

),

product_platforms as (

    select * from {{ ref('product_platforms') }}

),

cost_components as (

    select * from {{ ref('cost_components') }}

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

claude_ai_days as (

    select usage_date
    from claude_ai_charges
    group by usage_date

),

used_accounts as (

    select
        platform,
        actor_id,
        usage_date
    from detected_platforms
    where actor_type = 'account'
    group by platform, actor_id, usage_date

),

lines as (

    select
        actor_costs.*,
        fx_rates.usd_per_unit_text,
        case
            when default_workspaces.workspace_id is not null then 'default'
            else coalesce(actor_costs.workspace_id, 'default')
        end as workspace_key,
        coalesce(cost_components.cost_component, 'other') as cost_component,
        {{ dbt.concat(['actor_costs.provider_type', "':'", 'actor_costs.provider_identity']) }}
            as federated_id
    from actor_costs
    inner join partitions
        on actor_costs.usage_date = partitions.usage_date
    left join default_workspaces
        on actor_costs.workspace_id = default_workspaces.workspace_id
    left join cost_components
        on
            coalesce(actor_costs.cost_type, 'tokens') = cost_components.cost_type
            and coalesce(actor_costs.token_type, '') = coalesce(cost_components.token_type, '')
    left join fx_rates
        on
            coalesce(actor_costs.currency, 'USD') = fx_rates.currency
            and actor_costs.usage_date >= fx_rates.valid_from
            and actor_costs.usage_date < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))

),

-- A day of which a part has no rate is no whole day.
whole_days as (

    select usage_date
    from lines
    group by usage_date
    having count(*) = count(usd_per_unit_text)

),

placed as (

    select
        lines.*,
        coalesce(
            product_platforms.platform, workspace_platforms.platform, 'claude_api'
        ) as platform,
        coalesce(
            lines.anthropic_user_id, lines.service_account_id, lines.federated_id,
            lines.actor_api_key_id, ''
        ) as identity_id
    from lines
    inner join whole_days
        on lines.usage_date = whole_days.usage_date
    left join product_platforms
        on lines.product = product_platforms.product
    left join workspace_platforms
        on
            lines.workspace_key = workspace_platforms.workspace_key
            and lines.usage_date >= workspace_platforms.valid_from_date
            and lines.usage_date < workspace_platforms.valid_to_date

),

keys as (

    select
        platform,
        api_key_id,
        usage_date,
        count(distinct identity_id) as n_identities
    from placed
    where api_key_id is not null
    group by platform, api_key_id, usage_date

),

final as (

    select
        case
            when keys.n_identities = 1 then 'api_key'
            when used_accounts.actor_id is not null then 'account'
            when placed.user_email is not null then 'person'
            when placed.anthropic_user_id is not null then 'account'
            when coalesce(placed.service_account_id, placed.federated_id) is not null
                then 'service_account'
            when coalesce(placed.actor_api_key_id, placed.api_key_id) is not null then 'api_key'
            else 'unattributed'
        end as actor_type,
        case
            when keys.n_identities = 1 then placed.api_key_id
            when used_accounts.actor_id is not null then placed.anthropic_user_id
            else
                coalesce(
                    placed.user_email, placed.anthropic_user_id, placed.service_account_id,
                    placed.federated_id, placed.actor_api_key_id, placed.api_key_id,
                    {{ dbt.concat(["'unattributed:'", 'placed.workspace_key']) }}
                )
        end as actor_id,
        placed.vendor_actor_type,
        placed.user_email,
        placed.api_key_id,
        placed.workspace_key,
        placed.platform,
        placed.product,
        placed.model,
        placed.cost_component,
        placed.currency,
        placed.stated_amount_text,
        placed.usd_per_unit_text,
        'billed' as spend_basis,
        'vendor_actor_cost' as spend_method,
        -- A workspace without any id is that of an Enterprise organisation.
        claude_ai_days.usage_date is not null
        and (placed.workspace_id is null or placed.platform = 'claude_ai') as is_counted_elsewhere,
        day_versions.input_version,
        cast(
            placed.charged_usd * {{ to_numeric('placed.usd_per_unit_text') }}
            as {{ numeric_type() }}
        ) as spend_usd,
        cast(
            placed.list_usd * {{ to_numeric('placed.usd_per_unit_text') }}
            as {{ numeric_type() }}
        ) as list_usd,
        placed.usage_date
    from placed
    inner join day_versions
        on placed.usage_date = day_versions.usage_date
    left join keys
        on
            placed.platform = keys.platform
            and placed.api_key_id = keys.api_key_id
            and placed.usage_date = keys.usage_date
    left join used_accounts
        on
            placed.platform = used_accounts.platform
            and placed.anthropic_user_id = used_accounts.actor_id
            and placed.usage_date = used_accounts.usage_date
    left join claude_ai_days
        on placed.usage_date = claude_ai_days.usage_date

)

select * from final
