{#
The tasks of the days that a model computes again, from its CTE `changed_days` (macro changed_task_days), with a task type
that is never NULL, as the marts by task type group by it.
#}
{% macro tasks_of_changed_days() -%}
select
        near_tasks.*,
        coalesce(near_tasks.task_type, 'unknown') as task_type_name
    from {{ ref('fct_task_executions') }} as near_tasks
    inner join changed_days
        on
            near_tasks.organization_id = changed_days.organization_id
            and near_tasks.usage_date = changed_days.usage_date
    where
        {{ within_changed_days('near_tasks.usage_date', bound_type='date') }}
{%- endmacro %}
