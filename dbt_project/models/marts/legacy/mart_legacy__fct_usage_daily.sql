{#
One row per UTC day, platform, owner, API key, model and workspace, in the shape of the predecessor's fct_usage_daily.
Tokens stand on rows with a model, sessions and lines on rows without, as no source counts them together.
#}
{{ config(schema='compatibility', materialized='view') }}
with

cursor_usage as (

    select * from {{ ref('fact_cursor_daily_usage') }}

),

claude_usage as (

    select * from {{ ref('fact_claude_daily_usage') }}
    where has_productivity_data or platform = 'claude_ai'

),

message_lines as (

    select * from {{ ref('int_usage__message_lines') }}

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

message_owners as (

    select
        detected_platforms.platform,
        chosen.owner_email as user_email,
        chosen.person_id as user_id,
        case
            when message_lines.actor_type = 'api_key' then message_lines.actor_id
        end as api_key_id,
        message_lines.model,
        nullif(message_lines.workspace_key, 'default') as workspace_id,
        message_lines.uncached_input_tokens as input_tokens,
        message_lines.output_tokens,
        coalesce(message_lines.cache_write_5m_tokens, 0)
        + coalesce(message_lines.cache_write_1h_tokens, 0) as cached_input_tokens,
        message_lines.cache_read_tokens,
        message_lines.usage_date
    from message_lines
    inner join detected_platforms
        on
            message_lines.usage_date = detected_platforms.usage_date
            and message_lines.actor_type = detected_platforms.actor_type
            and message_lines.actor_id = detected_platforms.actor_id
            and message_lines.workspace_key = detected_platforms.workspace_key
    left join chosen
        on
            chosen.vendor = 'anthropic'
            and detected_platforms.platform = chosen.platform
            and message_lines.actor_type = chosen.actor_type
            and message_lines.actor_id = chosen.actor_id
            and message_lines.usage_date = chosen.usage_date

),

lines as (

    select
        platform,
        user_email,
        user_id,
        api_key_id,
        model,
        workspace_id,
        input_tokens,
        output_tokens,
        cached_input_tokens,
        cache_read_tokens,
        cast(null as {{ dbt.type_bigint() }}) as sessions,
        cast(null as {{ dbt.type_bigint() }}) as lines_of_code_added,
        cast(null as {{ dbt.type_bigint() }}) as lines_of_code_accepted,
        cast(null as {{ dbt.type_bigint() }}) as total_accepts,
        cast(null as {{ dbt.type_bigint() }}) as subscription_requests,
        cast(null as {{ dbt.type_bigint() }}) as usage_based_requests,
        usage_date
    from message_owners

    union all

    select
        platform,
        case when actor_type = 'person' then actor_id else person_email end as user_email,
        person_id as user_id,
        -- The Claude Code report knows a key by its name only.
        case when actor_type <> 'person' then actor_id end as api_key_id,
        cast(null as {{ dbt.type_string() }}) as model,
        cast(null as {{ dbt.type_string() }}) as workspace_id,
        -- Tokens of Claude Code are on the rows with a model.
        case when platform = 'claude_ai' then uncached_input_tokens end as input_tokens,
        case when platform = 'claude_ai' then output_tokens end as output_tokens,
        case when platform = 'claude_ai' then cache_write_tokens end as cached_input_tokens,
        case when platform = 'claude_ai' then cache_read_tokens end as cache_read_tokens,
        n_sessions as sessions,
        n_lines_added as lines_of_code_added,
        cast(null as {{ dbt.type_bigint() }}) as lines_of_code_accepted,
        cast(null as {{ dbt.type_bigint() }}) as total_accepts,
        cast(null as {{ dbt.type_bigint() }}) as subscription_requests,
        cast(null as {{ dbt.type_bigint() }}) as usage_based_requests,
        usage_date
    from claude_usage

    union all

    select
        'cursor' as platform,
        nullif(user_email, 'unattributed:cursor') as user_email,
        person_id as user_id,
        cast(null as {{ dbt.type_string() }}) as api_key_id,
        cast(null as {{ dbt.type_string() }}) as model,
        cast(null as {{ dbt.type_string() }}) as workspace_id,
        cast(null as {{ dbt.type_bigint() }}) as input_tokens,
        cast(null as {{ dbt.type_bigint() }}) as output_tokens,
        cast(null as {{ dbt.type_bigint() }}) as cached_input_tokens,
        cast(null as {{ dbt.type_bigint() }}) as cache_read_tokens,
        cast(null as {{ dbt.type_bigint() }}) as sessions,
        n_lines_added as lines_of_code_added,
        n_accepted_lines_added as lines_of_code_accepted,
        n_accepts as total_accepts,
        n_subscription_included_requests as subscription_requests,
        n_usage_based_requests as usage_based_requests,
        usage_date
    from cursor_usage

),

worded as (

    select
        {{ legacy_platform_word('platform') }} as platform,
        user_email,
        user_id,
        api_key_id,
        model,
        workspace_id,
        input_tokens,
        output_tokens,
        cached_input_tokens,
        cache_read_tokens,
        sessions,
        lines_of_code_added,
        lines_of_code_accepted,
        total_accepts,
        subscription_requests,
        usage_based_requests,
        usage_date
    from lines

),

summed as (

    select
        platform,
        user_email,
        min(user_id) as user_id,
        api_key_id,
        model,
        workspace_id,
        {{ sum_units('input_tokens') }} as input_tokens,
        {{ sum_units('output_tokens') }} as output_tokens,
        {{ sum_units('cached_input_tokens') }} as cached_input_tokens,
        {{ sum_units('cache_read_tokens') }} as cache_read_tokens,
        {{ sum_units('sessions') }} as sessions,
        {{ sum_units('lines_of_code_added') }} as lines_of_code_added,
        {{ sum_units('lines_of_code_accepted') }} as lines_of_code_accepted,
        {{ sum_units('total_accepts') }} as total_accepts,
        {{ sum_units('subscription_requests') }} as subscription_requests,
        {{ sum_units('usage_based_requests') }} as usage_based_requests,
        usage_date
    from worded
    group by platform, user_email, api_key_id, model, workspace_id, usage_date

),

final as (

    select
        summed.usage_date,
        summed.platform,
        summed.user_email,
        summed.user_id,
        summed.api_key_id,
        summed.model,
        summed.workspace_id,
        summed.input_tokens,
        summed.output_tokens,
        summed.cached_input_tokens,
        summed.cache_read_tokens,
        summed.sessions,
        summed.lines_of_code_added,
        summed.lines_of_code_accepted,
        -- As the predecessor divided: agent edits are not "accepted", so it is not always a share.
        cast(
            {{ share_of(
                'summed.lines_of_code_accepted', 'summed.lines_of_code_added'
            ) }} as {{ double_type() }}
        ) as acceptance_rate,
        summed.total_accepts,
        summed.subscription_requests,
        summed.usage_based_requests,
        cast(day_versions.day_loaded_at as date) as ingest_date,
        day_versions.day_loaded_at as created_timestamp,
        {{ surrogate_key([
            'summed.usage_date', 'summed.platform', 'summed.user_email', 'summed.api_key_id',
            'summed.model', 'summed.workspace_id'
        ]) }} as request_id
    from summed
    inner join day_versions
        on summed.usage_date = day_versions.usage_date

)

select * from final
