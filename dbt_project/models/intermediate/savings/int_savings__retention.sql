{#
One row per organisation that states how long its task rows are kept: the last day whose rows may be gone already. Who
states nothing, or nothing readable, keeps them for 90 days.
#}
with

task_retention as (

    select * from {{ ref('stg_sheets__task_retention') }}
    where organization_id is not null and n_retention_days is not null

),

longest as (

    select
        organization_id,
        max(n_retention_days) as n_retention_days
    from task_retention
    group by organization_id

),

final as (

    select
        organization_id,
        n_retention_days,
        cast({{ dbt.dateadd('day', '-n_retention_days', as_of_date()) }} as date)
            as last_expired_date
    from longest

)

select * from final
