{#
One row per UTC day, model and cost component whose units no list price covers: unpriced, never
free.
#}
with

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}

),

unpriced as (

    select
        model,
        cost_component,
        case
            when speed = 'fast' and coalesce(service_tier, 'standard') = 'standard' then 'fast'
            else coalesce(service_tier, 'standard')
        end as priced_tier,
        {{ sum_units('n_units') }} as n_unpriced_units,
        usage_date
    from priced_usage
    where
        list_value_usd is null
        and coalesce(service_tier, 'standard') <> 'priority'
    group by model, cost_component, priced_tier, usage_date

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
                "' have no list price: their value is unknown, not 0'"
            ]),
            observed_value='n_unpriced_units',
            check_date='usage_date'
        ) }},
        model,
        cost_component,
        priced_tier as service_tier,
        n_unpriced_units
    from unpriced

)

select * from final
