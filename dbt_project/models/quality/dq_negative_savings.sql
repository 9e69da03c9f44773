{#
One row per organisation and UTC day on which more than 5 % of the compared tasks cost more than the baseline.
#}
with

days as (

    select * from {{ ref('mart_savings__daily') }}

),

organization_days as (

    select
        organization_id,
        {{ sum_units('n_compared_tasks') }} as n_compared_tasks,
        {{ sum_units('n_negative_savings_tasks') }} as n_negative_savings_tasks,
        usage_date
    from days
    group by organization_id, usage_date

),

shares as (

    select
        *,
        {{ share_of('n_negative_savings_tasks', 'n_compared_tasks') }} as negative_savings_share
    from organization_days

),

final as (

    select
        {{ finding_columns(
            check_name="'negative_savings'",
            check_scope='organization_id',
            finding=sentence([
                'n_negative_savings_tasks', "' of '", 'n_compared_tasks', "' tasks of '",
                'organization_id', "' on '", 'usage_date', "' cost more than the baseline ('",
                percent_text('negative_savings_share'), "')'"
            ]),
            observed_value='negative_savings_share',
            check_date='usage_date'
        ) }},
        organization_id,
        n_compared_tasks,
        n_negative_savings_tasks
    from shares
    where 20 * n_negative_savings_tasks > n_compared_tasks

)

select * from final
