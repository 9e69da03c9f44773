{#
The pre_hook of models that are incremental by organisation and day: rows of outdated days go first. Retention takes task
rows away and leaves the aggregates: with `keeps_expired`, expired days keep their figures (settled_task_days).
#}
{% macro delete_changed_task_days(keeps_expired=false) -%}
{%- if is_incremental() -%}
delete from {{ this }} as stored
    where
        stored.input_version not in (select input_version from {{ ref('int_savings__day_versions') }})
{%- if keeps_expired %}
        and not exists (
            select 1
            from ({{ settled_task_days() }}) as settled
            where
                settled.organization_id = stored.organization_id
                and settled.usage_date = stored.usage_date
        )
{%- endif -%}
{%- endif -%}
{%- endmacro %}
