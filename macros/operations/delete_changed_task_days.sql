{#
The pre_hook of models that are incremental by organisation and day: rows of outdated days go first. Retention takes task
rows away and leaves the aggregates: with `keeps_expired`, expired days keep their figures (is_not_settled).
#}
{% macro delete_changed_task_days(keeps_expired=false) -%}
{%- if is_incremental() -%}
delete from {{ this }} as stored
    where
        stored.input_version not in (select input_version from {{ ref('int_savings__day_versions') }})
{%- if keeps_expired %}
        and {{ is_not_settled('stored') }}
{%- endif -%}
{%- endif -%}
{%- endmacro %}
