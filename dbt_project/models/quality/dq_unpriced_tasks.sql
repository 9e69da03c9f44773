{# One row per UTC day and provider with tasks whose cost is unknown: unpriced, never free. #}
with

days as (

    select * from {{ ref('mart_savings__daily') }}

),

unpriced as (

    select
        provider,
        {{ sum_units('n_tasks') }} as n_tasks,
        {{ sum_units('n_tasks - n_priced_tasks') }} as n_unpriced_tasks,
        usage_date
    from days
    group by provider, usage_date

),

final as (

    select
        {{ finding_columns(
            check_name="'unpriced_tasks'",
            check_scope='provider',
            finding=sentence([
                'n_unpriced_tasks', "' of '", 'n_tasks', "' tasks of '", 'provider', "' on '",
                'usage_date', "' have no known cost: a price or their units are missing or too large to be true'"
            ]),
            observed_value='n_unpriced_tasks',
            check_date='usage_date'
        ) }},
        provider,
        n_tasks,
        n_unpriced_tasks
    from unpriced
    where n_unpriced_tasks > 0

)

select * from final
