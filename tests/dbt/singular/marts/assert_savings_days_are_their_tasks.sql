{#
A day of an organisation whose task rows are kept is those tasks, to the last digit, and its histogram holds every task
with a duration once. A day that outlives them may have been made from more than is left of them: it has another
fingerprint. Returns the days that are not their tasks.
#}
{% set sums = [
    'n_tasks', 'n_timed_tasks', 'n_bucketed_tasks', 'actual_cost_usd', 'gross_savings_usd',
    'overhead_cost_usd'
] %}
with

tasks as (

    select
        organization_id,
        usage_date,
        min(input_version) as input_version,
        count(*) as n_tasks,
        count(duration_ms) as n_timed_tasks,
        count(duration_ms) as n_bucketed_tasks,
        coalesce(sum(actual_cost_usd), 0) as actual_cost_usd,
        coalesce(sum(savings_usd), 0) as gross_savings_usd,
        coalesce(sum(overhead_cost_usd), 0) as overhead_cost_usd
    from {{ ref('fct_task_executions') }}
    group by organization_id, usage_date

),

buckets as (

    select
        organization_id,
        usage_date,
        sum(n_tasks) as n_bucketed_tasks
    from {{ ref('mart_savings__duration_histogram') }}
    group by organization_id, usage_date

),

days as (

    select
        organization_id,
        usage_date,
        min(input_version) as input_version,
        sum(n_tasks) as n_tasks,
        sum(n_timed_tasks) as n_timed_tasks,
        coalesce(sum(actual_cost_usd), 0) as actual_cost_usd,
        coalesce(sum(gross_savings_usd), 0) as gross_savings_usd,
        coalesce(sum(overhead_cost_usd), 0) as overhead_cost_usd
    from {{ ref('mart_savings__daily') }}
    group by organization_id, usage_date

),

aggregates as (

    select
        days.*,
        coalesce(buckets.n_bucketed_tasks, 0) as n_bucketed_tasks
    from days
    left join buckets
        on
            days.organization_id = buckets.organization_id
            and days.usage_date = buckets.usage_date

)

select
    tasks.organization_id,
    {%- for name in sums %}
    tasks.{{ name }} as {{ name }}_of_tasks,
    aggregates.{{ name }} as {{ name }}_of_day,
    {%- endfor %}
    tasks.usage_date
from tasks
left join aggregates
    on
        tasks.organization_id = aggregates.organization_id
        and tasks.usage_date = aggregates.usage_date
where
    aggregates.organization_id is null
    or (
        tasks.input_version = aggregates.input_version
        and (
            {%- for name in sums %}
            tasks.{{ name }} <> aggregates.{{ name }} or
            {%- endfor %}
            false
        )
    )
