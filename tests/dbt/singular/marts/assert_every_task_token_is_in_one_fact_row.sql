{#
Every task that was logged is in fct_task_executions once, with all its tokens. Kept out are tasks of days that were
settled before they came (dq_late_tasks names them) and of days not over yet.
#}
with

logged as (

    select * from {{ ref('int_savings__tasks') }}

),

facts as (

    select * from {{ ref('fct_task_executions') }}

),

late_tasks as (

    select * from {{ ref('dq_late_tasks') }}

),

day_versions as (

    select * from {{ ref('int_savings__day_versions') }}

),

late_days as (

    select
        organization_id,
        check_date as usage_date
    from late_tasks
    group by organization_id, check_date

)

select
    logged.organization_id,
    logged.task_id,
    logged.usage_date
from logged
inner join day_versions
    on
        logged.organization_id = day_versions.organization_id
        and logged.usage_date = day_versions.usage_date
left join late_days
    on
        logged.organization_id = late_days.organization_id
        and logged.usage_date = late_days.usage_date
left join facts
    on
        logged.organization_id = facts.organization_id
        and logged.task_id = facts.task_id
where late_days.usage_date is null
group by logged.organization_id, logged.task_id, logged.usage_date
having
    count(facts.task_id) <> 1
    {%- for token_class in token_classes() %}
    or max(coalesce(logged.{{ token_class }}_tokens, 0))
    <> max(coalesce(facts.{{ token_class }}_tokens, 0))
    {%- endfor %}
