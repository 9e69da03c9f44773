{#
One row per feed of task prices that is late: tasks came and prices did not. The feed is due every day, and its last
delivery lies more than 24 hours behind the day after the newest task.
#}
with

prices as (

    select * from {{ ref('stg_orchestrator__provider_pricing') }}

),

day_versions as (

    select * from {{ ref('int_savings__day_versions') }}
    where n_tasks > 0

),

last_prices as (

    select max(_loaded_at) as last_delivered_at from prices

),

last_tasks as (

    select max(day_loaded_at) as last_loaded_at from day_versions

),

ages as (

    select
        last_prices.last_delivered_at,
        {{ dbt.datediff('last_prices.last_delivered_at', 'last_tasks.last_loaded_at', 'hour') }}
            as n_hours_behind
    from last_prices
    cross join last_tasks
    where last_tasks.last_loaded_at is not null

),

final as (

    select
        {{ finding_columns(
            check_name="'stale_prices'",
            check_scope="'provider_pricing'",
            finding=sentence([
                "'prices of task providers came last '", 'n_hours_behind',
                "' hours before the newest tasks: a feed that is due every day is more than 24 hours late'"
            ]),
            observed_value='n_hours_behind',
            expected_value="'48'",
            check_date=as_of_date()
        ) }},
        last_delivered_at
    from ages
    where n_hours_behind > 48

)

select * from final
