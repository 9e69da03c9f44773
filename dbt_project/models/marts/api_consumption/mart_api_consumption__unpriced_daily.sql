{#
One row per UTC day, model, cost component and service tier whose units no list price covers: unpriced, never free. A loaded
day without any has a row that says so.
#}
with

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

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
        day_versions.usage_date,
        unpriced.model,
        unpriced.cost_component,
        unpriced.priced_tier as service_tier,
        coalesce(unpriced.n_unpriced_units, 0) as n_unpriced_units,
        day_versions.is_provisional,
        {{ surrogate_key([
            'day_versions.usage_date', 'unpriced.model', 'unpriced.cost_component',
            'unpriced.priced_tier'
        ]) }} as unpriced_daily_id
    from day_versions
    left join unpriced
        on day_versions.usage_date = unpriced.usage_date
    where day_versions.is_usage_loaded or unpriced.usage_date is not null

)

select * from final
