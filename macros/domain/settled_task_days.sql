{#
Days that a model whose rows outlive the task rows keeps as they are: retention has taken the day before, and with it what a
retry had repeated or a decision had promised. Computed again without it, the day would tell another story.
#}
{% macro settled_task_days() -%}
select
        stored.organization_id,
        stored.usage_date
    from (select distinct organization_id, usage_date from {{ this }}) as stored
    inner join (select distinct organization_id, usage_date from {{ this }}) as day_before
        on
            stored.organization_id = day_before.organization_id
            and stored.usage_date
            = cast({{ dbt.dateadd('day', 1, 'day_before.usage_date') }} as date)
    inner join {{ ref('int_savings__day_versions') }} as versions
        on
            stored.organization_id = versions.organization_id
            and stored.usage_date = versions.usage_date
    left join {{ ref('int_savings__day_versions') }} as versions_before
        on
            day_before.organization_id = versions_before.organization_id
            and day_before.usage_date = versions_before.usage_date
    left join {{ ref('int_savings__retention') }} as retention
        on day_before.organization_id = retention.organization_id
    where
        versions_before.usage_date is null
        and day_before.usage_date <= coalesce(
            retention.last_expired_date,
            cast({{ dbt.dateadd('day', -90, as_of_date()) }} as date)
        )
{%- endmacro %}
