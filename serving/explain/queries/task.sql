select * from marts.fct_task_executions
where task_id in (select unnest($task_ids))
order by task_id, organization_id
