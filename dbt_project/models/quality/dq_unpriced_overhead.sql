{#
One row per organisation and month with failed or repeated tasks whose cost is unknown: net savings leave them out and look
better than they are.
#}
with

days as (

    select
        *,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from {{ ref('mart_savings__daily') }}

),

months as (

    select
        organization_id,
        {{ sum_units('n_overhead_tasks') }} as n_overhead_tasks,
        {{ sum_units('n_priced_overhead_tasks') }} as n_priced_overhead_tasks,
        month_start_date
    from days
    group by organization_id, month_start_date

),

final as (

    select
        {{ finding_columns(
            check_name="'unpriced_overhead'",
            check_scope='organization_id',
            finding=sentence([
                'n_overhead_tasks - n_priced_overhead_tasks', "' of '", 'n_overhead_tasks',
                "' failed or repeated tasks of '", 'organization_id', "' in the month of '",
                'month_start_date',
                "' have no known cost: net savings leave them out and look better than they are'"
            ]),
            observed_value='n_overhead_tasks - n_priced_overhead_tasks',
            check_date='month_start_date'
        ) }},
        organization_id,
        n_overhead_tasks,
        n_priced_overhead_tasks
    from months
    where n_overhead_tasks > n_priced_overhead_tasks

)

select * from final
