{#
One row per raw table and UTC day of the last 28 with less than half the rows that the same weekday
had in the middle of the four weeks before. Tables that bring fewer than 20 rows a day have no volume.
#}
with

partitions as (

    select * from {{ ref('int_runs__partitions') }}
    where usage_date < {{ as_of_date() }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

promises as (

    select * from {{ ref('source_freshness') }}

),

-- What the vendor may still be late with has not dropped.
resources as (

    select
        partitions.source_name,
        partitions.resource_name,
        min(partitions.usage_date) as first_loaded_date,
        max(partitions.usage_date) as last_loaded_date
    from partitions
    inner join promises
        on
            partitions.source_name = promises.source_name
            and partitions.resource_name = promises.resource_name
            and {{ dbt.datediff('partitions.usage_date', as_of_at(), 'hour') }}
            >= 24 + promises.vendor_lag_hours
    group by partitions.source_name, partitions.resource_name

),

-- A day between others that was never loaded is a day without rows.
days as (

    select
        resources.source_name,
        resources.resource_name,
        coalesce(partitions.n_rows, 0) as n_rows,
        dates.calendar_date as usage_date
    from resources
    inner join dates
        on
            resources.first_loaded_date <= dates.calendar_date
            and resources.last_loaded_date >= dates.calendar_date
    left join partitions
        on
            resources.source_name = partitions.source_name
            and resources.resource_name = partitions.resource_name
            and dates.calendar_date = partitions.usage_date

),

same_weekdays as (

    select
        days.source_name,
        days.resource_name,
        days.n_rows,
        days.usage_date,
        earlier.n_rows as n_rows_then,
        row_number() over (
            partition by days.source_name, days.resource_name, days.usage_date
            order by earlier.n_rows, earlier.usage_date
        ) as rows_rank,
        count(*) over (
            partition by days.source_name, days.resource_name, days.usage_date
        ) as n_weeks
    from days
    inner join days as earlier
        on
            days.source_name = earlier.source_name
            and days.resource_name = earlier.resource_name
            and {{ dbt.datediff('earlier.usage_date', 'days.usage_date', 'day') }}
            in (7, 14, 21, 28)
    where days.usage_date >= cast({{ dbt.dateadd('day', -28, as_of_date()) }} as date)

),

-- The lower one of the two in the middle of four; of three, the one in the middle.
usual as (

    select
        source_name,
        resource_name,
        n_rows,
        n_rows_then as n_usual_rows,
        usage_date
    from same_weekdays
    where n_weeks >= 3 and rows_rank = 2

),

final as (

    select
        {{ finding_columns(
            check_name="'volume_drop'",
            check_scope=sentence(['source_name', "'.'", 'resource_name']),
            finding=sentence([
                'source_name', "'.'", 'resource_name', "' has '", 'n_rows', "' rows on '",
                'usage_date', "'; the same weekday of the four weeks before had '", 'n_usual_rows'
            ]),
            observed_value='n_rows',
            expected_value='n_usual_rows',
            check_date='usage_date'
        ) }},
        source_name,
        resource_name,
        n_rows,
        n_usual_rows
    from usual
    where n_usual_rows >= 20 and n_rows * 2 < n_usual_rows

)

select * from final
