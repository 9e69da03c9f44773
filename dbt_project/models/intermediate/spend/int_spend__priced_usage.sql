{#
One row per line of usage with its value at the list price of the day. A line without a price has NULL, never 0: it is
counted as unpriced. However a model is spelled, it is matched by its key; an alias leads to another model's price.
#}
with

token_lines as (

    select * from {{ ref('int_usage__token_lines') }}

),

bill_variants as (

    select * from {{ ref('int_spend__bill_variants') }}

),

list_prices as (

    select * from {{ ref('int_spend__list_prices') }}
    where provider = 'anthropic'

),

model_aliases as (

    select * from {{ ref('int_spend__model_aliases') }}

),

geo_multipliers as (

    select * from {{ ref('geo_multipliers') }}

),

fast_bills as (

    select distinct base_key
    from bill_variants
    where speed = 'fast'

),

tier_bills as (

    select distinct
        base_key,
        service_tier
    from bill_variants
    where service_tier is not null

),

based as (

    select
        *,
        {{ spend_base_key() }} as base_key
    from token_lines

),

-- The bill names two tiers; what it does not tell apart is in its standard line.
told as (

    select
        based.*,
        case
            when
                based.service_tier in ('flex', 'flex_discount', 'priority_on_demand')
                and tier_bills.base_key is null
                then 'standard'
            else based.service_tier
        end as billed_tier,
        case
            when based.speed = 'fast' and fast_bills.base_key is not null then 'fast'
        end as billed_speed
    from based
    left join fast_bills
        on based.base_key = fast_bills.base_key
    left join tier_bills
        on
            based.base_key = tier_bills.base_key
            and based.service_tier = tier_bills.service_tier

),

named as (

    select
        token_lines.*,
        case
            when token_lines.cost_component = 'web_search' then 'any'
            else coalesce(model_aliases.model_key, {{ model_key('token_lines.model') }})
        end as priced_model_key,
        -- A web search has one price, whatever the request around it was.
        case
            when token_lines.cost_component = 'web_search' then 'standard'
            -- Fast mode is a price of its own, as a tier is.
            when
                token_lines.speed = 'fast'
                and coalesce(token_lines.service_tier, 'standard') = 'standard'
                then 'fast'
            else coalesce(token_lines.service_tier, 'standard')
        end as priced_tier,
        case
            when token_lines.cost_component = 'web_search' then '0-200k'
            else coalesce(token_lines.context_window, '0-200k')
        end as priced_window
    from told as token_lines
    left join model_aliases
        on {{ model_key('token_lines.model') }} = model_aliases.alias_key

),

final as (

    select
        named.actor_type,
        named.actor_id,
        named.workspace_key,
        named.model,
        named.service_tier,
        named.speed,
        named.billed_tier,
        named.billed_speed,
        named.context_window,
        named.inference_geo,
        named.cost_component,
        named.n_units,
        list_prices.price_id,
        list_prices.list_price_usd_per_million_units,
        coalesce(
            {{ to_numeric('geo_multipliers.multiplier_text') }}, {{ to_numeric("'1'") }}
        ) as geo_multiplier,
        cast(
            {{ tokens_to_usd('named.n_units', 'list_prices.list_price_usd_per_million_units') }}
            * coalesce({{ to_numeric('geo_multipliers.multiplier_text') }}, {{ to_numeric("'1'") }})
            as {{ numeric_type() }}
        ) as list_value_usd,
        named.usage_date
    from named
    left join list_prices
        on
            named.priced_model_key = {{ model_key('list_prices.model') }}
            and named.cost_component = list_prices.cost_component
            and named.priced_tier = list_prices.service_tier
            and named.priced_window = list_prices.context_window
            and named.usage_date >= list_prices.valid_from_date
            and named.usage_date < coalesce(list_prices.valid_to_date, cast('9999-12-31' as date))
    left join geo_multipliers
        on
            named.inference_geo = geo_multipliers.inference_geo
            and named.priced_model_key = {{ model_key('geo_multipliers.model') }}

)

select * from final
