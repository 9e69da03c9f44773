{#
One row per charge and meter: the spend ledger in the columns of FOCUS 1.2 CostAndUsage. Where the parts of a ledger
row are metered, one row per part with its quantity and price; what remains of the ledger row is a row without quantity,
never an invented one. A seat's day is two rows: its purchase, which is billed, and the day it pays for, which is what the
money is effective for. The sum of billed_cost is the ledger, and so is the sum of effective_cost.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

metered_charges as (

    select * from {{ ref('int_spend__metered_charges') }}

),

ledger_parts as (

    select * from {{ ref('int_spend__ledger_parts') }}

),

billed_services as (

    select * from {{ ref('int_spend__billed_services') }}

),

workspaces as (

    select * from {{ ref('dim_workspaces') }}

),

focus_meters as (

    select * from {{ ref('focus_meters') }}

),

-- An empty cell of the seed is no unit and no factor.
meters as (

    select
        cost_component,
        {{ blank_to_null('vendor') }} as vendor,
        sku_meter,
        {{ blank_to_null('token_type') }} as token_type,
        {{ blank_to_null('cache_ttl') }} as cache_ttl,
        {{ blank_to_null('consumed_unit') }} as consumed_unit,
        {{ blank_to_null('pricing_unit') }} as pricing_unit,
        {{ to_numeric(blank_to_null('pricing_units_per_unit_text')) }} as pricing_units_per_unit,
        {{ to_numeric(blank_to_null('price_factor_text')) }} as price_factor
    from focus_meters

),

-- What two reports count under different actors has no meter reading per actor: neither the
-- person's share, nor what stays with the key or with nobody.
divided_rows as (

    select spend_id
    from ledger_parts
    where counted_by = 'keyless' or counted_tokens <> origin_tokens
    group by spend_id

),

parts_of_rows as (

    select
        spend_id,
        sum(spend_usd) as parts_usd
    from metered_charges
    group by spend_id

),

metered_parts as (

    select
        ledger.spend_id,
        ledger.cost_component,
        metered_charges.part_key,
        metered_charges.workspace_key,
        metered_charges.service_tier,
        metered_charges.context_window,
        metered_charges.inference_geo,
        metered_charges.plan_name,
        metered_charges.n_units,
        metered_charges.list_price_usd_per_million_units,
        metered_charges.geo_multiplier,
        metered_charges.spend_usd
    from metered_charges
    inner join ledger
        on metered_charges.spend_id = ledger.spend_id

),

rests as (

    select
        ledger.spend_id,
        ledger.cost_component,
        'rest' as part_key,
        ledger.workspace_id as workspace_key,
        cast(null as {{ dbt.type_string() }}) as service_tier,
        cast(null as {{ dbt.type_string() }}) as context_window,
        cast(null as {{ dbt.type_string() }}) as inference_geo,
        cast(null as {{ dbt.type_string() }}) as plan_name,
        cast(null as {{ dbt.type_bigint() }}) as n_units,
        cast(null as {{ numeric_type() }}) as list_price_usd_per_million_units,
        cast(null as {{ numeric_type() }}) as geo_multiplier,
        ledger.spend_usd - coalesce(parts_of_rows.parts_usd, {{ to_numeric("'0'") }}) as spend_usd
    from ledger
    left join parts_of_rows
        on ledger.spend_id = parts_of_rows.spend_id
    where ledger.spend_usd <> coalesce(parts_of_rows.parts_usd, {{ to_numeric("'0'") }})

),

parts as (

    select * from metered_parts

    union all

    select * from rests

),

-- The fee of a seat is bought: the purchase has no effective cost, the day that it pays for has.
charges as (

    select
        *,
        case
            when spend_usd < 0 then 'Credit'
            when cost_component = 'seat' then 'Purchase'
            else 'Usage'
        end as charge_category,
        cost_component as meter,
        spend_usd as billed_usd,
        case
            when cost_component = 'seat' and spend_usd >= 0 then {{ to_numeric("'0'") }}
            else spend_usd
        end as effective_usd
    from parts

    union all

    select
        *,
        'Usage' as charge_category,
        'seat_day' as meter,
        {{ to_numeric("'0'") }} as billed_usd,
        spend_usd as effective_usd
    from parts
    where cost_component = 'seat' and spend_usd >= 0

),

classified as (

    select
        charges.*,
        ledger.vendor,
        ledger.platform,
        ledger.category,
        ledger.model,
        ledger.person_id,
        ledger.team_name,
        ledger.department_name,
        ledger.cost_centre,
        ledger.spend_basis,
        ledger.spend_method,
        ledger.attribution_method,
        ledger.attribution_confidence,
        ledger.is_provisional,
        ledger.usage_date,
        meters.sku_meter,
        meters.token_type,
        meters.cache_ttl,
        meters.consumed_unit as meter_consumed_unit,
        meters.pricing_unit as meter_pricing_unit,
        {{ dbt.concat([
            'ledger.vendor', "'/'",
            "coalesce(ledger.model, charges.plan_name, 'any')", "'/'",
            'charges.meter'
        ]) }} as sku_id,
        -- What a fee pays for has no price of its own, so that no cost stands on both rows.
        case charges.meter
            when 'seat' then charges.billed_usd
            when 'seat_day' then {{ to_numeric("'0'") }}
            else
                cast(
                    cast(
                        charges.list_price_usd_per_million_units * charges.geo_multiplier
                        as {{ numeric_type() }}
                    )
                    * meters.price_factor as {{ numeric_type() }}
                )
        end as unit_price,
        cast(
            cast(charges.n_units as {{ numeric_type() }})
            * meters.pricing_units_per_unit as {{ numeric_type() }}
        ) as n_pricing_units
    from charges
    inner join ledger
        on charges.spend_id = ledger.spend_id
    left join meters
        on
            charges.meter = meters.cost_component
            and ledger.vendor = coalesce(meters.vendor, ledger.vendor)

),

-- A price without a quantity, or a quantity without a price, prices nothing: both or neither.
priced as (

    select
        *,
        coalesce(
            charge_category <> 'Credit' and n_pricing_units is not null and unit_price is not null,
            false
        ) as is_priced
    from classified

),

costed as (

    select
        *,
        case when is_priced then unit_price end as list_unit_price,
        case
            when is_priced then cast(n_pricing_units * unit_price as {{ numeric_type() }})
            else billed_usd
        end as list_cost
    from priced

),

final as (

    select
        {{ surrogate_key(['costed.spend_id', 'costed.part_key', 'costed.meter']) }} as charge_id,
        costed.spend_id,
        costed.billed_usd as billed_cost,
        billed_services.billing_account_id,
        billed_services.billing_account_name,
        'USD' as billing_currency,
        cast(
            {{ dbt.dateadd('month', 1, trunc_date('month', 'costed.usage_date')) }} as timestamp
        ) as billing_period_end_at,
        cast(
            {{ trunc_date('month', 'costed.usage_date') }} as timestamp
        ) as billing_period_start_at,
        costed.charge_category,
        cast(null as {{ dbt.type_string() }}) as charge_class,
        {{ dbt.concat([
            'billed_services.service_name', "': '",
            "coalesce(costed.model, costed.plan_name, 'no model stated')", "', '",
            'costed.sku_meter'
        ]) }} as charge_description,
        case costed.charge_category
            when 'Usage' then 'Usage-Based'
            when 'Purchase' then 'Recurring'
            else 'One-Time'
        end as charge_frequency,
        cast(
            {{ dbt.dateadd('day', 1, 'costed.usage_date') }} as timestamp
        ) as charge_period_end_at,
        cast(costed.usage_date as timestamp) as charge_period_start_at,
        cast(null as {{ dbt.type_string() }}) as commitment_discount_id,
        cast(null as {{ dbt.type_string() }}) as commitment_discount_status,
        case
            when costed.charge_category = 'Usage' and costed.meter_consumed_unit is not null
                then cast(costed.n_units as {{ numeric_type() }})
        end as consumed_quantity,
        case
            when costed.charge_category = 'Usage' and costed.n_units is not null
                then costed.meter_consumed_unit
        end as consumed_unit,
        costed.list_cost as contracted_cost,
        costed.list_unit_price as contracted_unit_price,
        costed.effective_usd as effective_cost,
        cast(null as {{ dbt.type_string() }}) as invoice_id,
        billed_services.invoice_issuer_name,
        costed.list_cost,
        costed.list_unit_price,
        case when costed.charge_category <> 'Credit' then 'Standard' end as pricing_category,
        'USD' as pricing_currency,
        costed.list_unit_price as pricing_currency_contracted_unit_price,
        costed.effective_usd as pricing_currency_effective_cost,
        costed.list_unit_price as pricing_currency_list_unit_price,
        case
            when costed.charge_category <> 'Credit' then costed.n_pricing_units
        end as pricing_quantity,
        case
            when costed.charge_category <> 'Credit' and costed.n_pricing_units is not null
                then costed.meter_pricing_unit
        end as pricing_unit,
        billed_services.provider_name,
        billed_services.publisher_name,
        billed_services.service_category,
        billed_services.service_name,
        billed_services.service_subcategory,
        costed.sku_id,
        costed.sku_meter,
        {{ flat_json([
            ('x_ModelId', 'costed.model'),
            ('x_TokenType', 'costed.token_type'),
            ('x_CacheTtl', 'costed.cache_ttl'),
            ('x_ServiceTier', 'costed.service_tier'),
            ('x_ContextWindow', 'costed.context_window'),
            ('x_InferenceGeo', 'costed.inference_geo'),
            ('x_Plan', 'costed.plan_name'),
        ]) }} as sku_price_details,
        {{ dbt.concat([
            'costed.sku_id', "'/'",
            "coalesce(costed.service_tier, 'unspecified')", "'/'",
            "coalesce(costed.context_window, 'unspecified')", "'/'",
            "coalesce(costed.inference_geo, 'unspecified')"
        ]) }} as sku_price_id,
        nullif(costed.workspace_key, 'default') as sub_account_id,
        case
            when costed.workspace_key <> 'default'
                then coalesce(workspaces.workspace_name, costed.workspace_key)
        end as sub_account_name,
        {{ flat_json([
            ('team', 'costed.team_name'),
            ('department', 'costed.department_name'),
            ('cost_center', 'costed.cost_centre'),
            ('person_id', 'costed.person_id'),
        ]) }} as tags,
        costed.vendor,
        costed.platform,
        costed.category,
        costed.cost_component,
        costed.spend_basis,
        costed.spend_method,
        costed.attribution_method,
        case
            when costed.n_units is not null then 'metered'
            when divided_rows.spend_id is not null then 'shared_by_use'
            else 'not_reported'
        end as quantity_basis,
        case
            when not costed.is_priced then 'billed_amount'
            when costed.meter = 'seat' then 'fee_of_the_seat'
            when costed.meter = 'seat_day' then 'covered_by_the_fee'
            else 'price_list'
        end as price_basis,
        costed.attribution_confidence,
        costed.is_provisional,
        costed.usage_date
    from costed
    left join divided_rows
        on costed.spend_id = divided_rows.spend_id
    left join billed_services
        on costed.platform = billed_services.platform
    left join workspaces
        on costed.workspace_key = workspaces.workspace_key

)

select * from final
