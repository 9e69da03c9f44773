{#
One row per raw table of which it is promised how old its data may be: the promise, what is there, and whether it is kept.
When a table was last looked at says the published pointer, not this: to look and find nothing new builds nothing.
#}
with

promises as (

    select * from {{ ref('source_freshness') }}

),

extracts as (

    select
        source_name,
        resource_name,
        max(case when run_status = 'not_offered' then 0 else 1 end) as offered_flag
    from {{ ref('int_runs__extracts') }}
    group by source_name, resource_name

),

partitions as (

    select
        source_name,
        resource_name,
        max(usage_date) as newest_date,
        max(loaded_at) as last_change_at
    from {{ ref('int_runs__partitions') }}
    group by source_name, resource_name

),

stale_sources as (

    select * from {{ ref('dq_stale_sources') }}

),

final as (

    select
        promises.source_name,
        promises.resource_name,
        promises.measured_by,
        promises.vendor_lag_hours as n_hours_of_vendor_lag,
        promises.promise_hours as n_hours_promised,
        case
            when extracts.source_name is null then 'off'
            when extracts.offered_flag = 0 then 'not_offered'
            when stale_sources.source_name is not null then 'late'
            else 'kept'
        end as promise_status,
        partitions.newest_date,
        partitions.last_change_at,
        {{ surrogate_key(['promises.source_name', 'promises.resource_name']) }} as source_promise_id
    from promises
    left join extracts
        on
            promises.source_name = extracts.source_name
            and promises.resource_name = extracts.resource_name
    left join partitions
        on
            promises.source_name = partitions.source_name
            and promises.resource_name = partitions.resource_name
    left join stale_sources
        on
            promises.source_name = stale_sources.source_name
            and promises.resource_name = stale_sources.resource_name

)

select * from final
