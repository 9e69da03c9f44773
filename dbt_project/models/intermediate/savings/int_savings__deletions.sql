{#
One row per organisation each time that its task rows reach further back than ever, or that all its expired ones are seen
to be gone: the last day that was deleted. Added to, never rebuilt, because who keeps rows for longer from then on does not
get those back: see is_not_settled.
#}
{{ append_only() }}
with

day_versions as (

    select * from {{ ref('int_savings__day_versions') }}

),

retention as (

    select * from {{ ref('int_savings__retention') }}

),

known_deletions as (
    {% if is_incremental() %}
    select
        organization_id,
        min(first_task_date) as first_task_date,
        max(last_deleted_date) as last_deleted_date
    from {{ this }}
    group by organization_id
    {% else %}
    select
        organization_id,
        usage_date as first_task_date,
        usage_date as last_deleted_date
    from day_versions
    where 1 = 0
    {% endif %}
),

-- Also those of whose rows none is left at all.
organizations as (

    select organization_id from day_versions

    union distinct

    select organization_id from known_deletions

),

first_days as (

    select
        organization_id,
        min(usage_date) as first_task_date
    from day_versions
    where n_tasks > 0
    group by organization_id

),

compared as (

    select
        organizations.organization_id,
        first_days.first_task_date,
        known_deletions.first_task_date as known_first_date,
        known_deletions.last_deleted_date as known_deleted_date,
        -- Retention deletes what is older than this day.
        {{ last_expired_date('retention.last_expired_date') }} as oldest_kept_date
    from organizations
    left join first_days
        on organizations.organization_id = first_days.organization_id
    left join known_deletions
        on organizations.organization_id = known_deletions.organization_id
    left join retention
        on organizations.organization_id = retention.organization_id

),

judged as (

    select
        *,
        case
            when
                known_first_date < oldest_kept_date
                and coalesce(first_task_date, oldest_kept_date) >= oldest_kept_date
                then cast({{ dbt.dateadd('day', -1, 'oldest_kept_date') }} as date)
        end as last_deleted_date
    from compared

),

final as (

    select
        organization_id,
        first_task_date,
        last_deleted_date
    from judged
    where
        first_task_date < coalesce(known_first_date, cast('9999-12-31' as date))
        or last_deleted_date > coalesce(known_deleted_date, cast('1900-01-01' as date))

)

select * from final
