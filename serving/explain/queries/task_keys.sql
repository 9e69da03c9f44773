select
    'task' as kind,
    organization_id || '/' || task_id as key
from marts.fct_task_executions
where actual_cost_usd is not null
order by task_id, organization_id
