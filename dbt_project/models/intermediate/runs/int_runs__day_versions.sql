{#
One row per UTC day with money or use, with a fingerprint of everything its figures are made from: the days that a source
of usage has loaded, and the days between that only seats are paid for, from the first day that the sheets were read for.
Where no source of usage has loaded anything, these reach to the day before AS_OF.
#}
{{ config(materialized='table') }}
with

cursor_partitions as (

    select * from {{ ref('stg_cursor__loaded_partitions') }}

),

anthropic_partitions as (

    select * from {{ ref('stg_anthropic__loaded_partitions') }}

),

claude_ai_partitions as (

    select * from {{ ref('stg_claude_ai__loaded_partitions') }}

),

gemini_partitions as (

    select * from {{ ref('stg_gemini__loaded_partitions') }}

),

input_events as (

    select * from {{ ref('int_runs__input_events') }}

),

cursor_months as (

    select * from {{ ref('int_runs__cursor_months') }}

),

extracts as (

    select * from {{ ref('int_runs__extracts') }}
    where source_name = 'sheets' and run_status = 'ok'

),

seats as (

    select * from {{ ref('int_spend__seats') }}
    where repeated_sheet_row is null

),

calendar as (

    {{ date_rows(
        'cast(' ~ dbt.dateadd('day', -3650, as_of_date()) ~ ' as date)',
        'cast(' ~ dbt.dateadd('day', -1, as_of_date()) ~ ' as date)'
    ) }}

),

partition_days as (

    select
        'cursor' as source_name,
        resource_name,
        content_hash,
        n_rows,
        usage_date,
        _loaded_at
    from cursor_partitions
    where usage_date is not null

    union all

    -- A spend snapshot of a morning says what the day before cost, where events cannot be had.
    select
        'cursor' as source_name,
        resource_name,
        content_hash,
        n_rows,
        cast({{ dbt.dateadd('day', -1, try_cast('partition_id', 'date')) }} as date) as usage_date,
        _loaded_at
    from cursor_partitions
    where resource_name = 'spend'

    union all

    select
        'anthropic' as source_name,
        resource_name,
        content_hash,
        n_rows,
        usage_date,
        _loaded_at
    from anthropic_partitions
    where usage_date is not null

    union all

    select
        'claude_ai' as source_name,
        resource_name,
        content_hash,
        n_rows,
        usage_date,
        _loaded_at
    from claude_ai_partitions
    -- The organisation's own totals are compared with, never counted.
    where usage_date is not null and resource_name <> 'daily_summaries'

    union all

    select
        'gemini' as source_name,
        resource_name,
        content_hash,
        n_rows,
        usage_date,
        _loaded_at
    from gemini_partitions
    where usage_date is not null

),

usage_days as (

    select
        usage_date,
        {{ dbt.listagg(
            dbt.concat(["source_name", "resource_name", "content_hash"]), "'|'", "order by source_name, resource_name"
        ) }} as contents,
        max(case when resource_name = 'usage_events' then 1 else 0 end) = 1 as has_cursor_events,
        max(case when resource_name = 'daily_usage' then 1 else 0 end) = 1 as has_cursor_usage,
        max(case when resource_name = 'cost_report' and n_rows > 0 then 1 else 0 end) = 1
            as has_bill,
        max(_loaded_at) as day_loaded_at
    from partition_days
    where usage_date < {{ as_of_date() }}
    group by usage_date

),

last_usage as (

    select max(usage_date) as last_usage_date
    from usage_days

),

first_read as (

    select min(window_start_date) as first_read_date
    from extracts

),

paid_periods as (

    select
        min(coalesce(valid_from_date, cast('1900-01-01' as date))) as first_paid_date,
        max(_loaded_at) as seats_loaded_at
    from seats

),

seat_days as (

    select
        calendar.date_day as usage_date,
        'seats' as contents,
        false as has_cursor_events,
        false as has_cursor_usage,
        false as has_bill,
        paid_periods.seats_loaded_at as day_loaded_at
    from calendar
    cross join last_usage
    cross join first_read
    cross join paid_periods
    left join usage_days
        on calendar.date_day = usage_days.usage_date
    where
        usage_days.usage_date is null
        and calendar.date_day >= first_read.first_read_date
        and calendar.date_day >= paid_periods.first_paid_date
        and calendar.date_day
        <= coalesce(last_usage.last_usage_date, cast('9999-12-31' as date))

),

day_contents as (

    select
        usage_date,
        contents,
        has_cursor_events,
        has_cursor_usage,
        has_bill,
        true as is_usage_loaded,
        day_loaded_at
    from usage_days

    union all

    select
        usage_date,
        contents,
        has_cursor_events,
        has_cursor_usage,
        has_bill,
        false as is_usage_loaded,
        day_loaded_at
    from seat_days

),

-- The newest bill may have come in part. Three days later it is whole, should nothing follow it.
open_bills as (

    select max(usage_date) as usage_date
    from day_contents
    where has_bill

),

-- What kinds of lines are billed at all, other days say.
bill_contents as (

    select
        {{ dbt.hash(dbt.listagg('content_hash', "'|'", 'order by usage_date')) }} as bills_hash
    from partition_days
    where resource_name = 'cost_report' and n_rows > 0

),

event_buckets as (

    select
        effective_date,
        {{ dbt.hash(dbt.listagg('event_hash', "'|'", 'order by event_hash')) }} as bucket_hash
    from input_events
    group by effective_date

),

day_inputs as (

    select
        day_contents.usage_date,
        {{ dbt.listagg(
            'event_buckets.bucket_hash', "'|'", 'order by event_buckets.effective_date'
        ) }} as inputs
    from day_contents
    inner join event_buckets
        on day_contents.usage_date >= event_buckets.effective_date
    group by day_contents.usage_date

),

-- Without events a day's charges rest on the rate of its month.
dependent_contents as (

    select
        day_contents.usage_date,
        day_contents.has_cursor_events,
        day_contents.is_usage_loaded,
        day_contents.day_loaded_at,
        case
            when cursor_months.month_version is null then day_contents.contents
            else {{ dbt.concat(['day_contents.contents', "'|'", 'cursor_months.month_version']) }}
        end as contents
    from day_contents
    left join cursor_months
        on
            {{ trunc_date('month', 'day_contents.usage_date') }} = cursor_months.month_start_date
            and day_contents.has_cursor_usage
            and not day_contents.has_cursor_events

),

marked as (

    select
        dependent_contents.*,
        open_bills.usage_date is not null as has_open_bill,
        case when open_bills.usage_date is not null then bill_contents.bills_hash end
            as open_bill_version,
        dependent_contents.is_usage_loaded or last_usage.last_usage_date is null as is_loaded
    from dependent_contents
    cross join last_usage
    cross join bill_contents
    left join open_bills
        on
            dependent_contents.usage_date = open_bills.usage_date
            and dependent_contents.usage_date
            >= cast({{ dbt.dateadd('day', -3, as_of_date()) }} as date)

),

final as (

    select
        {{ surrogate_key([
            'marked.usage_date', 'marked.contents', 'day_inputs.inputs',
            is_provisional('marked.usage_date'), 'marked.open_bill_version'
        ]) }} as input_version,
        {{ is_provisional('marked.usage_date') }} as is_provisional,
        marked.has_cursor_events,
        marked.has_open_bill,
        marked.is_usage_loaded,
        marked.is_loaded,
        marked.usage_date,
        marked.day_loaded_at
    from marked
    left join day_inputs
        on marked.usage_date = day_inputs.usage_date

)

select * from final
