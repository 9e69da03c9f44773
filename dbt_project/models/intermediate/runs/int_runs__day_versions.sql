{# One row per loaded UTC day with a fingerprint of everything its figures are made from. #}
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

partition_days as (

    select
        'cursor' as source_name,
        resource_name,
        content_hash,
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
        cast({{ dbt.dateadd('day', -1, try_cast('partition_id', 'date')) }} as date) as usage_date,
        _loaded_at
    from cursor_partitions
    where resource_name = 'spend'

    union all

    select
        'anthropic' as source_name,
        resource_name,
        content_hash,
        usage_date,
        _loaded_at
    from anthropic_partitions
    where usage_date is not null

    union all

    select
        'claude_ai' as source_name,
        resource_name,
        content_hash,
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
        usage_date,
        _loaded_at
    from gemini_partitions
    where usage_date is not null

),

day_contents as (

    select
        usage_date,
        {{ dbt.listagg(
            dbt.concat(["source_name", "resource_name", "content_hash"]), "'|'", "order by source_name, resource_name"
        ) }} as contents,
        max(case when resource_name = 'usage_events' then 1 else 0 end) = 1 as has_cursor_events,
        max(case when resource_name = 'daily_usage' then 1 else 0 end) = 1 as has_cursor_usage,
        max(_loaded_at) as day_loaded_at
    from partition_days
    where usage_date < {{ as_of_date() }}
    group by usage_date

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

final as (

    select
        {{ surrogate_key([
            'dependent_contents.usage_date', 'dependent_contents.contents', 'day_inputs.inputs',
            is_provisional('dependent_contents.usage_date')
        ]) }} as input_version,
        {{ is_provisional('dependent_contents.usage_date') }} as is_provisional,
        dependent_contents.has_cursor_events,
        dependent_contents.usage_date,
        dependent_contents.day_loaded_at
    from dependent_contents
    left join day_inputs
        on dependent_contents.usage_date = day_inputs.usage_date

)

select * from final
