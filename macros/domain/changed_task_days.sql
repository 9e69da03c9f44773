{#
Incremental by organisation and day: the days whose fingerprint (int_savings__day_versions) is not the one that the
model's rows carry. For the first import CTE of an incremental model, which its other imports are joined with.
`counted` is what a day must have some of to have rows in the model: a day without any would look changed for ever.
`keeps_expired` is for models whose rows outlive the task rows: see is_not_settled.
#}
{% macro changed_task_days(counted='n_tasks', keeps_expired=false) -%}
select * from {{ ref('int_savings__day_versions') }} as day_versions
    where
        {{ counted }} > 0
{%- if is_incremental() %}
        and input_version not in (select distinct input_version from {{ this }})
{%- if keeps_expired %}
        and {{ is_not_settled('day_versions') }}
{%- endif %}
{%- endif %}
{%- endmacro %}
