-- The smallest bucket that holds the task of rank q × (n - 1) + 1, in whole hundredths so that nothing is rounded.
with

buckets as (
    select
        task_type,
        duration_bucket,
        sum(n_tasks) as n_tasks
    from marts.mart_savings__duration_histogram
    where
        organization_id = $organization_id
        and ($start_date is null or usage_date >= cast($start_date as date))
        and ($end_date is null or usage_date <= cast($end_date as date))
        and ($provider is null or lower(provider) = lower($provider))
        and ($task_type is null or lower(task_type) = lower($task_type))
    group by task_type, duration_bucket
),

ranked as (
    select
        task_type,
        duration_bucket,
        sum(n_tasks) over (partition by task_type order by duration_bucket) as n_up_to_here,
        sum(n_tasks) over (partition by task_type) as n_tasks
    from buckets
)

select
    task_type,
    percent,
    min(duration_bucket) as duration_bucket
from ranked
cross join (select unnest([50, 95, 99]) as percent)
where n_up_to_here * 100 >= percent * (n_tasks - 1) + 100
group by task_type, percent
