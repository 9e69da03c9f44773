{#
One row per organisation, UTC day and rule with tasks that cost more than ten baselines or more than one US dollar. The
tasks themselves stand in mart_savings__review.
#}
with

reviewed as (

    select * from {{ ref('mart_savings__review') }}
    where review_rule in ('cost_above_baseline', 'expensive_task')

),

counted as (

    select
        organization_id,
        review_rule,
        count(*) as n_tasks,
        sum(actual_cost_usd) as actual_cost_usd,
        usage_date
    from reviewed
    group by organization_id, review_rule, usage_date

),

final as (

    select
        {{ finding_columns(
            check_name='review_rule',
            check_scope='organization_id',
            finding=sentence([
                'n_tasks', "' tasks of '", 'organization_id', "' on '", 'usage_date',
                "case review_rule when 'expensive_task' then ' cost more than 1 USD each, together ' else ' cost more than ten times the baseline, together ' end",
                decimal_text('actual_cost_usd', 2), "' USD'"
            ]),
            observed_value='n_tasks',
            check_date='usage_date'
        ) }},
        organization_id,
        review_rule,
        n_tasks
    from counted

)

select * from final
