{#
One row per raw table of a source that is on and whose newest data is older than the vendor's lag and
our promise together allow at AS_OF.
#}
with

extracts as (

    select * from {{ ref('int_runs__extracts') }}

),

partitions as (

    select * from {{ ref('int_runs__partitions') }}

),

promises as (

    select * from {{ ref('source_freshness') }}

),

reads as (

    select
        promises.source_name,
        promises.resource_name,
        promises.measured_by,
        promises.vendor_lag_hours,
        promises.promise_hours,
        max(case when extracts.run_status = 'ok' then extracts.finished_at end) as last_read_at,
        -- A day that was still going on, or not yet complete at the vendor's, has not been read.
        max(
            case
                when extracts.run_status = 'ok'
                    then
                        least(
                            cast({{ dbt.dateadd(
                                'hour', '-promises.vendor_lag_hours', 'extracts.started_at'
                            ) }} as date),
                            extracts.window_end_date
                        )
            end
        ) as read_until_date
    from promises
    inner join extracts
        on
            promises.source_name = extracts.source_name
            and promises.resource_name = extracts.resource_name
    group by
        promises.source_name,
        promises.resource_name,
        promises.measured_by,
        promises.vendor_lag_hours,
        promises.promise_hours
    -- What the vendor never offered to this key is late with nothing.
    having max(case when extracts.run_status = 'not_offered' then 0 else 1 end) = 1

),

newest as (

    select
        reads.source_name,
        reads.resource_name,
        max(case when partitions.usage_date < reads.read_until_date then partitions.usage_date end)
            as newest_complete_date,
        max(partitions.loaded_at) as last_change_at
    from reads
    inner join partitions
        on
            reads.source_name = partitions.source_name
            and reads.resource_name = partitions.resource_name
    group by reads.source_name, reads.resource_name

),

known as (

    select
        reads.source_name,
        reads.resource_name,
        reads.measured_by,
        reads.vendor_lag_hours,
        reads.promise_hours,
        newest.newest_complete_date,
        -- Between two complete days a full day passes.
        case reads.measured_by when 'day' then 24 else 0 end
        + reads.vendor_lag_hours
        + reads.promise_hours as n_hours_promised,
        case reads.measured_by
            when 'day'
                then
                    cast({{ dbt.dateadd('day', 1, 'newest.newest_complete_date') }} as timestamp)
            when 'change' then newest.last_change_at
            else reads.last_read_at
        end as known_until_at
    from reads
    left join newest
        on
            reads.source_name = newest.source_name
            and reads.resource_name = newest.resource_name

),

ages as (

    select
        *,
        case
            when known_until_at is null then 'has never been read completely'
            when measured_by = 'day'
                then {{ sentence(["'is complete only until '", 'newest_complete_date']) }}
            else
                {{ sentence([
                    "'was '", "case measured_by when 'read' then 'read' else 'changed' end",
                    "' last at '", 'substr(cast(known_until_at as ' ~ dbt.type_string() ~ '), 1, 16)'
                ]) }}
        end as age_text,
        {{ dbt.datediff('known_until_at', as_of_at(), 'minute') }} as n_minutes_old
    from known

),

final as (

    select
        {{ finding_columns(
            check_name="'stale_source'",
            check_scope=sentence(['source_name', "'.'", 'resource_name']),
            finding=sentence([
                'source_name', "'.'", 'resource_name', "' '", 'age_text',
                "'; the vendor may take '", 'vendor_lag_hours', "' h and we promise '",
                'promise_hours', "' h'"
            ]),
            observed_value='floor(coalesce(n_minutes_old, 0) / 60)',
            expected_value='n_hours_promised',
            check_date=as_of_date()
        ) }},
        source_name,
        resource_name,
        measured_by,
        newest_complete_date,
        vendor_lag_hours as n_hours_of_vendor_lag,
        promise_hours as n_hours_promised
    from ages
    where known_until_at is null or n_minutes_old > n_hours_promised * 60

)

select * from final
