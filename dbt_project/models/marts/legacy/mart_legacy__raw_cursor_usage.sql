{# One row per Cursor e-mail and UTC day, in the shape of the predecessor's raw_cursor_usage. #}
{{ config(schema='compatibility', materialized='view') }}
with

usage as (

    select * from {{ ref('int_usage__cursor_daily') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

final as (

    select
        nullif(usage.user_email, 'unattributed:cursor') as email,
        usage.usage_date,
        usage.n_lines_added as total_lines_added,
        usage.n_accepted_lines_added as accepted_lines_added,
        usage.n_accepts as total_accepts,
        usage.n_subscription_included_requests as subscription_included_reqs,
        usage.n_usage_based_requests as usage_based_reqs,
        cast(day_versions.day_loaded_at as date) as ingest_date,
        day_versions.day_loaded_at as ingest_timestamp,
        {{ surrogate_key(['usage.usage_date', 'usage.user_email']) }} as request_id,
        -- The vendor's answer is kept column by column in raw_cursor.daily_usage.
        cast(null as json) as raw_response
    from usage
    inner join day_versions
        on usage.usage_date = day_versions.usage_date

)

select * from final
