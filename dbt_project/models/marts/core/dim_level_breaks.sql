{#
One row per measure and break of its level: what a line over that day, or beside its neighbours, does not show. The vendor's
changes stand in the seed with their days; when a source begins and when prices change is looked up in what is loaded.
#}
with

level_breaks as (

    select * from {{ ref('level_breaks') }}

),

observed_days as (

    select * from {{ ref('int_usage__observed_days') }}

),

list_prices as (

    select * from {{ ref('int_spend__list_prices') }}

),

task_prices as (

    select * from {{ ref('int_savings__prices') }}

),

first_days as (

    select
        platform,
        min(usage_date) as first_date
    from observed_days
    group by platform

),

company as (

    select min(first_date) as first_date from first_days

),

-- Whoever is a few days later has had a weekend, and not another history.
begins as (

    select
        'source_begins' as break_kind,
        first_days.platform,
        first_days.first_date as break_date
    from first_days
    cross join company
    where
        first_days.first_date
        > cast({{ dbt.dateadd('day', 7, 'company.first_date') }} as date)

),

list_steps as (

    select
        valid_from_date,
        list_price_usd_per_million_units as price_usd,
        lag(list_price_usd_per_million_units) over (
            partition by provider, model, cost_component, service_tier, context_window
            order by valid_from_date
        ) as price_usd_before
    from list_prices

),

task_steps as (

    select
        valid_from_date,
        price_usd_per_million_units as price_usd,
        lag(price_usd_per_million_units) over (
            partition by provider, model, task_type, pricing_model, token_class, service_tier
            order by valid_from_date
        ) as price_usd_before
    from task_prices

),

found as (

    select * from begins

    union all

    select distinct
        'list_prices_change' as break_kind,
        cast(null as {{ dbt.type_string() }}) as platform,
        valid_from_date as break_date
    from list_steps
    where price_usd != price_usd_before

    union all

    select distinct
        'task_prices_change' as break_kind,
        cast(null as {{ dbt.type_string() }}) as platform,
        valid_from_date as break_date
    from task_steps
    where price_usd != price_usd_before

),

final as (

    select
        coalesce(level_breaks.break_date, found.break_date) as break_date,
        level_breaks.break_kind,
        level_breaks.platform,
        level_breaks.source_name,
        level_breaks.resource_name,
        level_breaks.measure_name,
        level_breaks.column_names,
        level_breaks.break_label,
        level_breaks.break_note
    from level_breaks
    left join found
        on
            level_breaks.break_kind = found.break_kind
            and coalesce(level_breaks.platform, '') = coalesce(found.platform, '')
    where level_breaks.break_kind = 'vendor_counts' or found.break_date is not null

)

select * from final
