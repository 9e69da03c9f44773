{#
One row per UTC day, platform, actor, model and source report: tokens, each counted once. The Claude Code report speaks
for its actors, the messages report for what the other does not have (int_usage__claude_code_shares).
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

message_lines as (

    select * from {{ ref('int_usage__message_lines') }}
    where usage_date in ({{ changed_days() }})

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}
    where usage_date in ({{ changed_days() }})

),

shares as (

    select * from {{ ref('int_usage__claude_code_shares') }}
    where counted_by <> 'own' and usage_date in ({{ changed_days() }})

),

records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where usage_date in ({{ changed_days() }})

),

record_models as (

    select * from {{ ref('stg_anthropic__claude_code_model_usage') }}
    where usage_date in ({{ changed_days() }})

),

notional_costs as (

    select * from {{ ref('int_usage__claude_code_notional') }}
    where usage_date in ({{ changed_days() }})

),

claude_ai_tokens as (

    select * from {{ ref('int_usage__claude_ai_model_tokens') }}
    where usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

message_tokens as (

    select
        detected_platforms.platform,
        message_lines.actor_type,
        message_lines.actor_id,
        {{ model_key('message_lines.model') }} as model_key,
        min(message_lines.model) as model,
        min(detected_platforms.platform_rule_id) as platform_rule_id,
        min(detected_platforms.platform_detection_method) as platform_detection_method,
        {{ sum_units('message_lines.uncached_input_tokens') }} as uncached_input_tokens,
        {{ sum_units('message_lines.cache_read_tokens') }} as cache_read_tokens,
        -- One of the two unknown leaves the other; both unknown leaves unknown.
        {{ sum_units('coalesce(
            message_lines.cache_write_5m_tokens + message_lines.cache_write_1h_tokens,
            message_lines.cache_write_5m_tokens,
            message_lines.cache_write_1h_tokens
        )') }} as cache_write_tokens,
        {{ sum_units('message_lines.cache_write_5m_tokens') }} as cache_write_5m_tokens,
        {{ sum_units('message_lines.cache_write_1h_tokens') }} as cache_write_1h_tokens,
        {{ sum_units('message_lines.output_tokens') }} as output_tokens,
        {{ sum_units('message_lines.n_web_searches') }} as n_web_searches,
        message_lines.usage_date
    from message_lines
    inner join detected_platforms
        on
            message_lines.actor_type = detected_platforms.actor_type
            and message_lines.actor_id = detected_platforms.actor_id
            and message_lines.workspace_key = detected_platforms.workspace_key
            and message_lines.usage_date = detected_platforms.usage_date
    group by
        detected_platforms.platform,
        message_lines.actor_type,
        message_lines.actor_id,
        model_key,
        message_lines.usage_date

),

-- What the Claude Code report counts, by class of tokens.
shared as (

    select
        platform,
        actor_type,
        actor_id,
        model_key,
        {{ sum_units("case when token_class = 'input' then counted_tokens else 0 end") }}
            as uncached_input_tokens,
        {{ sum_units("case when token_class = 'cache_read' then counted_tokens else 0 end") }}
            as cache_read_tokens,
        {{ sum_units("case when token_class = 'cache_write' then counted_tokens else 0 end") }}
            as cache_write_tokens,
        {{ sum_units("case when token_class = 'output' then counted_tokens else 0 end") }}
            as output_tokens,
        usage_date
    from shares
    group by platform, actor_type, actor_id, model_key, usage_date

),

-- The report does not tell cache writes apart: a shared one was a short one as often as the
-- actor's were.
message_rests as (

    select
        message_tokens.*,
        shared.usage_date is not null as is_shared,
        coalesce(shared.uncached_input_tokens, 0) as shared_input_tokens,
        coalesce(shared.cache_read_tokens, 0) as shared_cache_read_tokens,
        coalesce(shared.cache_write_tokens, 0) as shared_cache_write_tokens,
        coalesce(
            {{ whole_part(
                'shared.cache_write_tokens',
                'coalesce(message_tokens.cache_write_5m_tokens, 0)',
                'message_tokens.cache_write_tokens'
            ) }}, 0
        ) as shared_cache_write_5m_tokens,
        coalesce(shared.output_tokens, 0) as shared_output_tokens
    from message_tokens
    left join shared
        on
            message_tokens.platform = shared.platform
            and message_tokens.actor_type = shared.actor_type
            and message_tokens.actor_id = shared.actor_id
            and coalesce(message_tokens.model_key, '') = shared.model_key
            and message_tokens.usage_date = shared.usage_date

),

from_messages as (

    select
        platform,
        actor_type,
        actor_id,
        model,
        'usage_report_messages' as source_report,
        platform_rule_id,
        platform_detection_method,
        uncached_input_tokens - shared_input_tokens as uncached_input_tokens,
        cache_read_tokens - shared_cache_read_tokens as cache_read_tokens,
        cache_write_tokens - shared_cache_write_tokens as cache_write_tokens,
        cache_write_5m_tokens - shared_cache_write_5m_tokens as cache_write_5m_tokens,
        cache_write_1h_tokens - (shared_cache_write_tokens - shared_cache_write_5m_tokens)
            as cache_write_1h_tokens,
        output_tokens - shared_output_tokens as output_tokens,
        n_web_searches,
        cast(null as {{ numeric_type() }}) as notional_cost_usd,
        usage_date
    from message_rests
    -- Somebody of whose use nothing is left is somebody else; searches are in no other report.
    where
        not is_shared
        or n_web_searches > 0
        or coalesce(uncached_input_tokens, 0) > shared_input_tokens
        or coalesce(cache_read_tokens, 0) > shared_cache_read_tokens
        or coalesce(cache_write_tokens, 0) > shared_cache_write_tokens
        or coalesce(output_tokens, 0) > shared_output_tokens

),

from_claude_code as (

    select
        'claude_code' as platform,
        records.actor_type,
        records.actor_id,
        record_models.model,
        'usage_report_claude_code' as source_report,
        'source_claude_code_report' as platform_rule_id,
        'source_endpoint' as platform_detection_method,
        {{ sum_units('record_models.uncached_input_tokens') }} as uncached_input_tokens,
        {{ sum_units('record_models.cache_read_tokens') }} as cache_read_tokens,
        {{ sum_units('record_models.cache_write_tokens') }} as cache_write_tokens,
        cast(null as {{ dbt.type_bigint() }}) as cache_write_5m_tokens,
        cast(null as {{ dbt.type_bigint() }}) as cache_write_1h_tokens,
        {{ sum_units('record_models.output_tokens') }} as output_tokens,
        cast(null as {{ dbt.type_bigint() }}) as n_web_searches,
        -- One value for all records of the actor and model.
        max(notional_costs.notional_cost_usd) as notional_cost_usd,
        records.usage_date
    from records
    inner join record_models
        on
            records.record_id = record_models.record_id
            and records.usage_date = record_models.usage_date
    left join notional_costs
        on
            records.actor_type = notional_costs.actor_type
            and records.actor_id = notional_costs.actor_id
            and coalesce(record_models.model, '') = coalesce(notional_costs.model, '')
            and records.usage_date = notional_costs.usage_date
    group by records.actor_type, records.actor_id, record_models.model, records.usage_date

),

from_claude_ai as (

    select
        platform,
        actor_type,
        actor_id,
        model,
        'user_usage_report' as source_report,
        'source_enterprise_analytics' as platform_rule_id,
        'source_endpoint' as platform_detection_method,
        {{ sum_units('uncached_input_tokens') }} as uncached_input_tokens,
        {{ sum_units('cache_read_tokens') }} as cache_read_tokens,
        {{ sum_units('cache_write_tokens') }} as cache_write_tokens,
        {{ sum_units('cache_write_5m_tokens') }} as cache_write_5m_tokens,
        {{ sum_units('cache_write_1h_tokens') }} as cache_write_1h_tokens,
        {{ sum_units('output_tokens') }} as output_tokens,
        {{ sum_units('n_web_searches') }} as n_web_searches,
        cast(null as {{ numeric_type() }}) as notional_cost_usd,
        usage_date
    from claude_ai_tokens
    group by platform, actor_type, actor_id, model, usage_date

),

all_tokens as (

    select * from from_messages

    union all

    select * from from_claude_code

    union all

    select * from from_claude_ai

)

select
    all_tokens.platform,
    all_tokens.actor_type,
    all_tokens.actor_id,
    all_tokens.model,
    all_tokens.source_report,
    all_tokens.platform_rule_id,
    all_tokens.platform_detection_method,
    all_tokens.uncached_input_tokens,
    all_tokens.cache_read_tokens,
    all_tokens.cache_write_tokens,
    all_tokens.cache_write_5m_tokens,
    all_tokens.cache_write_1h_tokens,
    all_tokens.output_tokens,
    all_tokens.n_web_searches,
    day_versions.input_version,
    all_tokens.notional_cost_usd,
    all_tokens.usage_date
from all_tokens
inner join day_versions
    on all_tokens.usage_date = day_versions.usage_date
