{#
One row per UTC day, API key, workspace and model of the messages report, in the shape of the predecessor's
raw_anthropic_usage. Use without a key (console, accounts) has none.
#}
{{ config(schema='compatibility', materialized='view') }}
with

message_lines as (

    select * from {{ ref('int_usage__message_lines') }}

),

keyed as (

    select
        case when actor_type = 'api_key' then actor_id end as api_key_id,
        nullif(workspace_key, 'default') as workspace_id,
        model,
        uncached_input_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        cache_read_tokens,
        output_tokens,
        usage_date,
        _loaded_at
    from message_lines

),

summed as (

    select
        api_key_id,
        workspace_id,
        model,
        {{ sum_units('uncached_input_tokens') }} as uncached_input_tokens,
        {{ sum_units(
            'coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0)'
        ) }} as cached_input_tokens,
        {{ sum_units('cache_read_tokens') }} as cache_read_input_tokens,
        {{ sum_units('output_tokens') }} as output_tokens,
        usage_date,
        max(_loaded_at) as ingest_timestamp
    from keyed
    group by api_key_id, workspace_id, model, usage_date

),

final as (

    select
        api_key_id,
        workspace_id,
        model,
        uncached_input_tokens,
        cached_input_tokens,
        cache_read_input_tokens,
        output_tokens,
        usage_date,
        -- The report is read in buckets of a day.
        cast(0 as {{ dbt.type_bigint() }}) as usage_hour,
        cast(ingest_timestamp as date) as ingest_date,
        ingest_timestamp,
        {{ surrogate_key(['usage_date', 'api_key_id', 'workspace_id', 'model']) }} as request_id,
        cast(null as json) as raw_response
    from summed

)

select * from final
