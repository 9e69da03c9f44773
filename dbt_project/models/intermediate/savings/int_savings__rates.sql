{#
One row per provider, model, task type, service tier and period: the one price list that a task of this kind is charged
by, with all token classes in one row, so that pricing a task is one join. '' stands for all models, task types and tiers
that no price of the provider names. Which price wins is decided here: see docs/savings.md.
#}
{{ config(materialized='table') }}
{%- set charged_units = token_classes() + ['any'] %}
with

prices as (

    select
        *,
        {{ model_key('model') }} as priced_model_key
    from {{ ref('int_savings__prices') }}

),

models as (

    select distinct
        provider,
        coalesce(priced_model_key, '') as model_key
    from prices

    union distinct

    select distinct
        provider,
        '' as model_key
    from prices

),

task_types as (

    select distinct
        provider,
        coalesce(task_type, '') as task_type_key
    from prices

    union distinct

    select distinct
        provider,
        '' as task_type_key
    from prices

),

tiers as (

    select distinct
        provider,
        coalesce(service_tier, '') as tier_key
    from prices

    union distinct

    select distinct
        provider,
        '' as tier_key
    from prices

),

bounds as (

    select
        provider,
        valid_from_date as bound_date
    from prices

    union distinct

    select
        provider,
        valid_to_date as bound_date
    from prices
    where valid_to_date is not null

),

periods as (

    select
        provider,
        bound_date as valid_from_date,
        lead(bound_date) over (partition by provider order by bound_date) as valid_to_date
    from bounds

),

kinds as (

    select
        periods.provider,
        models.model_key,
        task_types.task_type_key,
        tiers.tier_key,
        periods.valid_from_date,
        periods.valid_to_date
    from periods
    inner join models
        on periods.provider = models.provider
    inner join task_types
        on periods.provider = task_types.provider
    inner join tiers
        on periods.provider = tiers.provider

),

candidates as (

    select
        kinds.*,
        prices.price_version,
        prices.origin_rank,
        prices.pricing_model,
        prices.token_class,
        prices.price_usd_per_million_units,
        case when prices.task_type is null then 0 else 1 end as task_type_match,
        case when prices.model is null then 0 else 1 end as model_match,
        case when prices.token_class is null then 0 else 1 end as token_class_match,
        case when prices.service_tier is null then 0 else 1 end as tier_match
    from kinds
    inner join prices
        on
            kinds.provider = prices.provider
            and coalesce(prices.priced_model_key, kinds.model_key) = kinds.model_key
            and coalesce(prices.task_type, kinds.task_type_key) = kinds.task_type_key
            and coalesce(prices.service_tier, kinds.tier_key) = kinds.tier_key
            and kinds.valid_from_date >= prices.valid_from_date
            and kinds.valid_from_date < coalesce(prices.valid_to_date, cast('9999-12-31' as date))

),

-- A task is charged in one way: the way of its most specific price.
charged_ways as (

    select
        *,
        first_value(pricing_model) over (
            partition by provider, model_key, task_type_key, tier_key, valid_from_date
            order by
                task_type_match desc, model_match desc, tier_match desc, origin_rank asc,
                pricing_model asc, token_class_match desc, token_class asc, price_version asc
        ) as charged_pricing_model
    from candidates

),

-- `any` is a request, a compute unit, or a token whose class is not stated.
one_row as (

    select 1 as one_number

),

units as (

    select split_value as charged_unit
    from one_row
    {{ cross_join_split("'" ~ charged_units | join(',') ~ "'", ',') }}

),

ranked as (

    select
        charged_ways.*,
        units.charged_unit,
        row_number() over (
            partition by
                charged_ways.provider, charged_ways.model_key, charged_ways.task_type_key,
                charged_ways.tier_key, charged_ways.valid_from_date, units.charged_unit
            order by
                charged_ways.task_type_match desc, charged_ways.model_match desc,
                charged_ways.token_class_match desc, charged_ways.tier_match desc,
                charged_ways.price_version asc
        ) as price_rank
    from charged_ways
    inner join units
        on coalesce(charged_ways.token_class, units.charged_unit) = units.charged_unit
    where
        charged_ways.pricing_model = charged_ways.charged_pricing_model
        and (charged_ways.pricing_model = 'per_token' or units.charged_unit = 'any')

),

chosen as (

    select * from ranked
    where price_rank = 1

),

chosen_versions as (

    select distinct
        provider,
        model_key,
        task_type_key,
        tier_key,
        valid_from_date,
        price_version
    from chosen

),

-- One price row keeps its own version; several together have one that follows from theirs.
rate_versions as (

    select
        provider,
        model_key,
        task_type_key,
        tier_key,
        valid_from_date,
        case
            when count(*) = 1 then min(price_version)
            else {{ dbt.hash(dbt.listagg('price_version', "'|'", 'order by price_version')) }}
        end as price_version,
        {{ dbt.listagg('price_version', "'|'", 'order by price_version') }} as member_price_versions
    from chosen_versions
    group by provider, model_key, task_type_key, tier_key, valid_from_date

),

wide as (

    select
        provider,
        model_key,
        task_type_key,
        tier_key,
        min(pricing_model) as pricing_model,
        {%- for token_class in charged_units %}
        max(
            case when charged_unit = '{{ token_class }}' then price_usd_per_million_units end
        ) as {{ token_class }}_usd_per_million_units,
        {%- endfor %}
        valid_from_date,
        min(valid_to_date) as valid_to_date
    from chosen
    group by provider, model_key, task_type_key, tier_key, valid_from_date

),

final as (

    select
        wide.provider,
        wide.model_key,
        wide.task_type_key,
        wide.tier_key,
        rate_versions.price_version,
        rate_versions.member_price_versions,
        wide.pricing_model,
        {%- for token_class in charged_units %}
        wide.{{ token_class }}_usd_per_million_units,
        {%- endfor %}
        wide.valid_from_date,
        wide.valid_to_date
    from wide
    inner join rate_versions
        on
            wide.provider = rate_versions.provider
            and wide.model_key = rate_versions.model_key
            and wide.task_type_key = rate_versions.task_type_key
            and wide.tier_key = rate_versions.tier_key
            and wide.valid_from_date = rate_versions.valid_from_date

)

select * from final
