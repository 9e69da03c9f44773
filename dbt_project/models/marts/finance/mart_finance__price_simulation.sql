{#
One row per scenario, month, platform and model used: what the use of the month costs at list price and what it would
have cost in the scenario. Only use with a price on both sides is compared; the rest is counted, never taken as 0.
#}
with

scenario_rules as (

    select * from {{ ref('price_scenarios') }}

),

-- What cannot be read or is said twice is a finding of dq_price_scenarios.
price_scenario_models as (

    select
        scenario,
        from_model,
        min(to_model) as to_model
    from {{ ref('price_scenario_models') }}
    where to_model is not null
    group by scenario, from_model

),

price_scenario_prices as (

    select
        scenario,
        provider,
        model,
        cost_component,
        service_tier,
        context_window,
        min({{ strict_decimal('usd_per_million_units') }}) as usd_per_million_units
    from {{ ref('price_scenario_prices') }}
    where {{ strict_decimal('usd_per_million_units') }} >= 0
    group by scenario, provider, model, cost_component, service_tier, context_window

),

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}

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

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}

),

-- An empty cell of the seed is no tier and no platform.
price_scenarios as (

    select
        scenario,
        scenario_description,
        valid_from,
        valid_to,
        prices_as_of,
        {{ blank_to_null('priced_tier') }} as priced_tier,
        {{ blank_to_null('priced_tier_platform') }} as priced_tier_platform
    from scenario_rules

),

usage_lines as (

    select
        priced_usage.usage_date,
        coalesce(detected_platforms.platform, 'claude_api') as platform,
        coalesce(model_aliases.model, priced_usage.model) as used_model,
        priced_usage.cost_component,
        case
            when
                priced_usage.speed = 'fast'
                and coalesce(priced_usage.service_tier, 'standard') = 'standard'
                then 'fast'
            else coalesce(priced_usage.service_tier, 'standard')
        end as service_tier,
        coalesce(priced_usage.context_window, '0-200k') as context_window,
        priced_usage.inference_geo,
        priced_usage.n_units,
        priced_usage.list_value_usd
    from priced_usage
    left join model_aliases
        on {{ model_key('priced_usage.model') }} = model_aliases.alias_key
    left join detected_platforms
        on
            priced_usage.actor_type = detected_platforms.actor_type
            and priced_usage.actor_id = detected_platforms.actor_id
            and priced_usage.workspace_key = detected_platforms.workspace_key
            and priced_usage.usage_date = detected_platforms.usage_date

),

scenario_lines as (

    select
        price_scenarios.scenario,
        price_scenarios.scenario_description,
        usage_lines.*,
        coalesce(price_scenario_models.to_model, usage_lines.used_model) as simulated_model,
        -- A web search has one price, whatever the request around it was.
        case
            when usage_lines.cost_component = 'web_search' then 'any'
            else coalesce(price_scenario_models.to_model, usage_lines.used_model)
        end as priced_model,
        case
            when usage_lines.cost_component = 'web_search' then 'standard'
            when
                coalesce(price_scenarios.priced_tier_platform, usage_lines.platform)
                = usage_lines.platform
                then coalesce(price_scenarios.priced_tier, usage_lines.service_tier)
            else usage_lines.service_tier
        end as priced_tier,
        case
            when usage_lines.cost_component = 'web_search' then '0-200k'
            else usage_lines.context_window
        end as priced_window,
        coalesce(price_scenarios.prices_as_of, usage_lines.usage_date) as price_date
    from usage_lines
    inner join price_scenarios
        on
            usage_lines.usage_date >= price_scenarios.valid_from
            and usage_lines.usage_date
            < coalesce(price_scenarios.valid_to, cast('9999-12-31' as date))
    left join price_scenario_models
        on
            price_scenarios.scenario = price_scenario_models.scenario
            and {{ model_key('usage_lines.used_model') }}
            = {{ model_key('price_scenario_models.from_model') }}

),

simulated as (

    select
        scenario_lines.*,
        cast(
            {{ tokens_to_usd(
                'scenario_lines.n_units',
                'coalesce(price_scenario_prices.usd_per_million_units, '
                ~ 'list_prices.list_price_usd_per_million_units)'
            ) }}
            * coalesce(
                {{ to_numeric('geo_multipliers.multiplier_text') }}, {{ to_numeric("'1'") }}
            ) as {{ numeric_type() }}
        ) as simulated_value_usd
    from scenario_lines
    left join list_prices
        on
            {{ model_key('scenario_lines.priced_model') }} = {{ model_key('list_prices.model') }}
            and scenario_lines.cost_component = list_prices.cost_component
            and scenario_lines.priced_tier = list_prices.service_tier
            and scenario_lines.priced_window = list_prices.context_window
            and scenario_lines.price_date >= list_prices.valid_from_date
            and scenario_lines.price_date
            < coalesce(list_prices.valid_to_date, cast('9999-12-31' as date))
    left join price_scenario_prices
        on
            scenario_lines.scenario = price_scenario_prices.scenario
            and price_scenario_prices.provider = 'anthropic'
            and {{ model_key('scenario_lines.priced_model') }}
            = {{ model_key('price_scenario_prices.model') }}
            and scenario_lines.cost_component = price_scenario_prices.cost_component
            and scenario_lines.priced_tier = price_scenario_prices.service_tier
            and scenario_lines.priced_window = price_scenario_prices.context_window
    left join geo_multipliers
        on
            scenario_lines.inference_geo = geo_multipliers.inference_geo
            and {{ model_key('scenario_lines.priced_model') }}
            = {{ model_key('geo_multipliers.model') }}

),

judged as (

    select
        *,
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        list_value_usd is not null and simulated_value_usd is not null as is_comparable,
        case when cost_component = 'web_search' then 0 else n_units end as n_tokens,
        case when cost_component = 'web_search' then n_units else 0 end as n_searches
    from simulated

),

summed as (

    select
        scenario,
        scenario_description,
        month_start_date,
        platform,
        used_model,
        simulated_model,
        sum(case when is_comparable then list_value_usd end) as actual_usd,
        sum(case when is_comparable then simulated_value_usd end) as simulated_usd,
        sum(case when not is_comparable then list_value_usd end) as uncompared_usd,
        {{ sum_units('n_tokens') }} as total_tokens,
        {{ sum_units('case when is_comparable then n_tokens else 0 end') }} as compared_tokens,
        {{ sum_units('case when list_value_usd is null then n_tokens else 0 end') }}
            as unpriced_actual_tokens,
        {{ sum_units('case when simulated_value_usd is null then n_tokens else 0 end') }}
            as unpriced_simulated_tokens,
        {{ sum_units('n_searches') }} as n_web_searches,
        {{ sum_units('case when is_comparable then 0 else n_searches end') }}
            as n_unpriced_web_searches
    from judged
    group by scenario, scenario_description, month_start_date, platform, used_model, simulated_model

),

final as (

    select
        month_start_date,
        scenario,
        scenario_description,
        platform,
        used_model,
        simulated_model,
        total_tokens,
        compared_tokens,
        unpriced_actual_tokens,
        unpriced_simulated_tokens,
        {{ share_of('compared_tokens', 'total_tokens') }} as compared_token_share,
        n_web_searches,
        n_unpriced_web_searches,
        cast(actual_usd as {{ numeric_type() }}) as actual_list_usd,
        cast(simulated_usd as {{ numeric_type() }}) as simulated_usd,
        cast(simulated_usd - actual_usd as {{ numeric_type() }}) as simulated_difference_usd,
        cast(uncompared_usd as {{ numeric_type() }}) as uncompared_list_usd,
        {{ surrogate_key(['scenario', 'month_start_date', 'platform', 'used_model']) }}
            as price_simulation_id
    from summed

)

select * from final
