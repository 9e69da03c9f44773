select
    task_type,
    provider,
    sum(n_tasks) as n_tasks,
    sum(n_successful_tasks) / nullif(sum(n_tasks), 0) as success_share,
    sum(actual_cost_usd) / nullif(sum(n_priced_tasks), 0) as cost_usd_per_task,
    case
        when sum(n_priced_tasks) = sum(n_tasks)
            then sum(actual_cost_usd) / nullif(sum(n_successful_tasks), 0)
    end as cost_usd_per_success,
    sum(n_priced_tasks) / nullif(sum(n_tasks), 0) as priced_share,
    sum(duration_ms_sum) / nullif(sum(n_timed_tasks), 0) / 1000 as mean_duration_s
from marts.mart_savings__daily
where true [[and {{dates}}]] [[and {{organization}}]] [[and {{provider}}]]
group by task_type, provider
order by task_type, cost_usd_per_task, provider
