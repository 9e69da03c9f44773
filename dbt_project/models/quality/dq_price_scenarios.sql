{#
One row per row of a what-if scenario that simulates nothing: it names a scenario or a model that does not exist, its
price cannot be read, or it says again what another row says otherwise.
#}
with

scenarios as (

    select scenario
    from {{ ref('price_scenarios') }}

),

scenario_models as (

    select * from {{ ref('price_scenario_models') }}

),

scenario_prices as (

    select * from {{ ref('price_scenario_prices') }}

),

priced_models as (

    select model
    from {{ ref('provider_pricing') }}
    group by model

),

stated as (

    select
        'price_scenario_models' as seed_name,
        scenario,
        'from_model' as column_name,
        from_model as model,
        {{ dbt.concat(["coalesce(from_model, '')", "' to '", "coalesce(to_model, '')"]) }}
            as row_text
    from scenario_models

    union all

    select
        'price_scenario_models' as seed_name,
        scenario,
        'to_model' as column_name,
        to_model as model,
        {{ dbt.concat(["coalesce(from_model, '')", "' to '", "coalesce(to_model, '')"]) }}
            as row_text
    from scenario_models

    union all

    select
        'price_scenario_prices' as seed_name,
        scenario,
        'model' as column_name,
        model,
        {{ dbt.concat(["coalesce(model, '')", "' '", "coalesce(cost_component, '')"]) }}
            as row_text
    from scenario_prices

),

faults as (

    select
        stated.seed_name,
        stated.scenario,
        stated.row_text,
        'scenario' as column_name,
        'is no scenario of seeds/rules/price_scenarios.csv' as fault
    from stated
    left join scenarios
        on stated.scenario = scenarios.scenario
    where scenarios.scenario is null

    union distinct

    select
        stated.seed_name,
        stated.scenario,
        stated.row_text,
        stated.column_name,
        'is no model that seeds/reference/provider_pricing.csv has a price for' as fault
    from stated
    left join priced_models
        on stated.model = priced_models.model
    where priced_models.model is null

    union distinct

    select
        'price_scenario_prices' as seed_name,
        scenario,
        {{ dbt.concat(["coalesce(model, '')", "' '", "coalesce(cost_component, '')"]) }}
            as row_text,
        'usd_per_million_units' as column_name,
        'is no plain number of at least 0' as fault
    from scenario_prices
    where coalesce({{ strict_decimal('usd_per_million_units') }}, -1) < 0

    union distinct

    select
        'price_scenario_models' as seed_name,
        scenario,
        coalesce(from_model, '') as row_text,
        'to_model' as column_name,
        'is said more than once; the first in the alphabet counts' as fault
    from scenario_models
    group by scenario, from_model
    having count(*) > 1

    union distinct

    select
        'price_scenario_prices' as seed_name,
        scenario,
        {{ dbt.concat(["coalesce(model, '')", "' '", "coalesce(cost_component, '')"]) }}
            as row_text,
        'usd_per_million_units' as column_name,
        'is said more than once; the lowest counts' as fault
    from scenario_prices
    group by scenario, provider, model, cost_component, service_tier, context_window
    having count(*) > 1

),

final as (

    select
        {{ finding_columns(
            check_name="'price_scenario'",
            check_scope=sentence(
                ['seed_name', "': '", 'scenario', "', '", 'row_text', "', '", 'column_name', "' '", 'fault']
            ),
            finding=sentence([
                "'the row '", 'row_text', "' of the scenario '", 'scenario',
                "' in seeds/rules/'", 'seed_name', "'.csv: its '", 'column_name', "' '", 'fault'
            ]),
            observed_value='1',
            check_date=as_of_date()
        ) }}
    from faults

)

select * from final
