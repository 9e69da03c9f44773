{#
The pre_hook of models that are incremental by organisation and day: rows of outdated days go first. Retention takes task
rows away and leaves the aggregates: with `keeps_expired`, a day that has no task rows any more keeps its figures once it
is older than the organisation's retention, and the day after it does too (settled_task_days).
#}
{% macro delete_changed_task_days(keeps_expired=false) -%}
{%- if is_incremental() -%}
delete from {{ this }} as stored
    where
        stored.input_version not in (select input_version from {{ ref('int_savings__day_versions') }})
{%- if keeps_expired %}
        and (
            stored.usage_date > coalesce(
                (
                    select retention.last_expired_date
                    from {{ ref('int_savings__retention') }} as retention
                    where retention.organization_id = stored.organization_id
                ),
                cast({{ dbt.dateadd('day', -90, as_of_date()) }} as date)
            )
            or exists (
                select 1
                from {{ ref('int_savings__day_versions') }} as day_versions
                where
                    day_versions.organization_id = stored.organization_id
                    and day_versions.usage_date = stored.usage_date
            )
        )
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
