select
    cast(date_trunc('month', usage_date) as date) as month_start_date,
    provider,
    task_type,
    sum(n_tasks) as n_tasks,
    sum(n_successful_tasks) as n_successful_tasks,
    sum(n_priced_tasks) as n_priced_tasks,
    sum(n_compared_tasks) as n_compared_tasks,
    sum(n_timed_tasks) as n_timed_tasks,
    sum(duration_ms_sum) as duration_ms_sum,
    sum(actual_cost_usd) as actual_cost,
    sum(compared_actual_cost_usd) as compared_actual_cost_usd,
    sum(baseline_cost_usd) as baseline_cost_usd,
    sum(gross_savings_usd) as gross_savings_usd,
    sum(overhead_cost_usd) as overhead_cost_usd,
    sum(net_savings_usd) as net_savings_usd
from marts.mart_savings__daily
where
    ($organization_id is null or organization_id = $organization_id)
    and usage_date >= cast($first_date as date)
    and usage_date <= cast($last_date as date)
group by month_start_date, provider, task_type
order by month_start_date, provider, task_type
