with

used as (
    select
        usage_date,
        user_id,
        n_tasks,
        n_routed_tasks,
        n_cost_optimized_tasks
    from marts.mart_savings__user_days
    where
        organization_id = $organization_id
        and ($start_date is null or usage_date >= cast($start_date as date))
        and ($end_date is null or usage_date <= cast($end_date as date))
        and ($provider is null or lower(provider) = lower($provider))
        and ($task_type is null or lower(task_type) = lower($task_type))
),

known as (
    select
        min(usage_date) as known_from,
        max(usage_date) as known_to
    from marts.mart_savings__user_days
    where organization_id = $organization_id
),

days as (
    select count(distinct user_id) as n_users
    from used
    group by usage_date
)

select
    sum(n_tasks) as n_tasks,
    sum(n_routed_tasks) as n_routed_tasks,
    sum(n_cost_optimized_tasks) as n_cost_optimized_tasks,
    count(distinct user_id) as n_users,
    (select sum(n_users) from days) as n_user_days,
    (select known_from from known) as known_from,
    (select known_to from known) as known_to
from used
