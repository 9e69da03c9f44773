select * from marts.fct_task_executions
where
    task_id in (select unnest($task_ids))
    or organization_id || '/' || task_id in (select unnest($task_ids))
order by task_id, organization_id
