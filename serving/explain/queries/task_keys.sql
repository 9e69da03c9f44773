select
    'task' as kind,
    task_id as key
from marts.fct_task_executions
where actual_cost_usd is not null
order by task_id
