{#
One row per line of usage with its value at the list price of the day. A line without a price has NULL, never 0: it is
counted as unpriced. However a model is spelled, it is matched by its key; an alias leads to another model's price.
#}
with

token_lines as (

    select * from {{ ref('int_usage__token_lines') }}

),

list_prices as (

    select * from {{ ref('int_spend__list_prices') }}
    where provider = 'anthropic'

),

model_aliases as (

    select
        {{ model_key('model_alias') }} as alias_key,
        {{ model_key('model') }} as model_key
    from {{ ref('model_aliases') }}
    where {{ model_key('model_alias') }} <> {{ model_key('model') }}

),

geo_multipliers as (

    select * from {{ ref('geo_multipliers') }}

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
            else coalesce(token_lines.service_tier, 'standard')
        end as priced_tier,
        case
            when token_lines.cost_component = 'web_search' then '0-200k'
            else coalesce(token_lines.context_window, '0-200k')
        end as priced_window
    from token_lines
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
