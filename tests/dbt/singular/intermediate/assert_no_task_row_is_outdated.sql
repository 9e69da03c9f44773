{#
No row of a model that is incremental by organisation and day was made from inputs that its day no longer has. Aggregates
of an expired day, and of the day after it, keep what they were made from (is_not_settled).
#}
{% set task_models = [
    'fct_task_executions', 'fct_routing_decisions', 'mart_savings__user_days', 'mart_savings__review'
] %}
{% set lasting_models = [
    'mart_savings__daily', 'mart_savings__duration_histogram', 'mart_savings__routing_quality'
] %}
with

day_versions as (

    select * from {{ ref('int_savings__day_versions') }}

),

settled as (

    select * from {{ ref('int_savings__settled') }}

),

stored as (

    {% for model_name in task_models + lasting_models %}
    select
        '{{ model_name }}' as model_name,
        {{ 'true' if model_name in lasting_models else 'false' }} as is_lasting,
        organization_id,
        usage_date,
        input_version,
        count(*) as n_rows
    from {{ ref(model_name) }}
    group by organization_id, usage_date, input_version
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

)

select
    stored.model_name,
    stored.organization_id,
    stored.usage_date,
    stored.input_version,
    stored.n_rows
from stored
left join day_versions
    on
        stored.organization_id = day_versions.organization_id
        and stored.usage_date = day_versions.usage_date
left join settled
    on stored.organization_id = settled.organization_id
where
    coalesce(day_versions.input_version, 'none') <> stored.input_version
    and not (
        stored.is_lasting
        and stored.usage_date <= {{ last_settled_date('settled.last_settled_date') }}
    )
