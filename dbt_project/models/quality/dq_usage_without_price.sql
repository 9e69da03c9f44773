{#
One row per UTC day, model and cost component whose units no list price covers: unpriced, never free. A model of which no price
at all is known may be a known one under another name: `likely_model` is the nearest of those with a price, by the same letters and
digits, by the beginning of the name, or else the newest of its family.
#}
with

list_prices as (

    select * from {{ ref('int_spend__list_prices') }}
    where provider = 'anthropic'

),

model_aliases as (

    select * from {{ ref('int_spend__model_aliases') }}

),

unpriced as (

    select
        model,
        cost_component,
        service_tier as priced_tier,
        n_unpriced_units,
        usage_date
    from {{ ref('mart_api_consumption__unpriced_daily') }}
    where cost_component is not null

),

priced_models as (

    select
        {{ model_key('model') }} as priced_key,
        max(model) as priced_model
    from list_prices
    group by priced_key

),

used_models as (

    select
        unpriced.model,
        coalesce(max(model_aliases.model_key), {{ model_key('unpriced.model') }}) as used_key
    from unpriced
    left join model_aliases
        on {{ model_key('unpriced.model') }} = model_aliases.alias_key
    where unpriced.model is not null
    group by unpriced.model

),

nearness as (

    select
        used_models.model,
        priced_models.priced_model,
        priced_models.priced_key,
        case
            when used_models.used_key = priced_models.priced_key then 0
            when
                replace(used_models.used_key, '-', '') = replace(priced_models.priced_key, '-', '')
                then 1
            when
                starts_with(
                    used_models.used_key, {{ dbt.concat(['priced_models.priced_key', "'-'"]) }}
                )
                then 2
            when
                {{ regexp_capture('used_models.used_key', "'^(claude-[a-z]+)'") }}
                = {{ regexp_capture('priced_models.priced_key', "'^(claude-[a-z]+)'") }}
                then 3
        end as distance
    from used_models
    cross join priced_models

),

ranked as (

    select
        model,
        priced_model,
        distance,
        row_number() over (
            partition by model
            -- The longest beginning, or the newest of the family, is the greatest of the keys.
            order by distance asc, priced_key desc
        ) as nearness_rank
    from nearness
    where distance is not null

),

named as (

    select
        unpriced.*,
        case when ranked.distance > 0 then ranked.priced_model end as likely_model
    from unpriced
    left join ranked
        on
            unpriced.model = ranked.model
            and ranked.nearness_rank = 1

),

final as (

    select
        {{ finding_columns(
            check_name="'unpriced_usage'",
            check_scope=dbt.concat([
                "coalesce(model, 'no model')", "' '", 'cost_component', "' '", 'priced_tier'
            ]),
            finding=sentence([
                'n_unpriced_units', "' units of '", "coalesce(model, 'no model')", "' '",
                'cost_component', "' ('", 'priced_tier', "') on '", 'usage_date',
                "' have no list price: their value is unknown, not 0'",
                "case when likely_model is null then '' else " ~ dbt.concat([
                    "'. If it is another name of '", 'likely_model',
                    "', model_aliases lacks the row '", 'model', "','", 'likely_model'
                ]) ~ " end"
            ]),
            observed_value='n_unpriced_units',
            check_date='usage_date'
        ) }},
        model,
        cost_component,
        priced_tier as service_tier,
        n_unpriced_units,
        likely_model
    from named

)

select * from final
