{#
One row per UTC day, platform, actor (API key, account, service account, person or the explicit unattributed), workspace
and model: what was used over an API, and what it cost.
#}
{{ daily_table('usage_date', cluster_by=['actor_id', 'model']) }}
with

message_lines as (

    select * from {{ ref('int_usage__message_lines') }}

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}
    where platform = 'claude_api'

),

billed_parts as (

    select * from {{ ref('int_spend__anthropic_by_actor') }}
    where platform = 'claude_api'

),

costed as (

    select * from {{ ref('int_spend__costed_tokens') }}
    where platform = 'claude_api'

),

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}
    where platform = 'claude_api'

),

cursor_usage as (

    select * from {{ ref('fact_cursor_daily_usage') }}
    where n_api_key_requests > 0

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where platform = 'claude_api'

),

api_keys as (

    select * from {{ ref('dim_api_keys') }}

),

workspaces as (

    select * from {{ ref('dim_workspaces') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

tokens as (

    select
        message_lines.actor_type,
        message_lines.actor_id,
        message_lines.workspace_key,
        coalesce({{ model_key('message_lines.model') }}, '') as model_key,
        min(message_lines.model) as model,
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
        message_lines.actor_type,
        message_lines.actor_id,
        message_lines.workspace_key,
        model_key,
        message_lines.usage_date

),

cost_lines as (

    select
        actor_type,
        actor_id,
        workspace_key,
        model,
        cost_component,
        spend_usd,
        usage_date
    from billed_parts

    union all

    select
        actor_type,
        actor_id,
        'default' as workspace_key,
        cast(null as {{ dbt.type_string() }}) as model,
        'seat' as cost_component,
        spend_usd,
        usage_date
    from seat_days

),

costs as (

    select
        actor_type,
        actor_id,
        workspace_key,
        coalesce({{ model_key('model') }}, '') as model_key,
        min(model) as model,
        {{ cost_of_components() }},
        sum(
            case
                when
                    cost_component in (
                        'input', 'output', 'cache_write_5m', 'cache_write_1h', 'cache_read'
                    )
                    then spend_usd
            end
        ) as token_cost_usd,
        sum(spend_usd) as total_cost_usd,
        usage_date
    from cost_lines
    group by actor_type, actor_id, workspace_key, model_key, usage_date

),

row_keys as (

    select
        actor_type,
        actor_id,
        workspace_key,
        model_key,
        usage_date
    from tokens

    union distinct

    select
        actor_type,
        actor_id,
        workspace_key,
        model_key,
        usage_date
    from costs

),

claude_rows as (

    select
        row_keys.actor_id,
        chosen.person_id,
        case when row_keys.actor_type = 'api_key' then row_keys.actor_id end as api_key_id,
        workspaces.workspace_id,
        'claude_api' as platform,
        row_keys.actor_type,
        row_keys.workspace_key,
        coalesce(costs.model, tokens.model) as model,
        chosen.owner_email as person_email,
        chosen.team_name,
        chosen.department_name,
        chosen.cost_centre,
        coalesce(chosen.attribution_method, 'unattributed') as attribution_method,
        tokens.uncached_input_tokens,
        tokens.cache_read_tokens,
        tokens.cache_write_tokens,
        tokens.cache_write_5m_tokens,
        tokens.cache_write_1h_tokens,
        tokens.output_tokens,
        tokens.uncached_input_tokens + tokens.cache_read_tokens + tokens.cache_write_tokens
            as all_input_tokens,
        tokens.n_web_searches,
        -- The usage report states tokens, never requests.
        cast(null as {{ dbt.type_bigint() }}) as n_requests,
        costs.input_cost_usd,
        costs.output_cost_usd,
        costs.cache_write_cost_usd,
        costs.cache_read_cost_usd,
        costs.web_search_cost_usd,
        costs.code_execution_cost_usd,
        costs.seat_cost_usd,
        costs.other_cost_usd,
        costs.token_cost_usd,
        costed.costed_tokens,
        costed.costed_tokens_cost_usd,
        costs.total_cost_usd,
        coalesce(chosen.attribution_confidence, {{ to_numeric("'0'") }})
            as attribution_confidence,
        row_keys.usage_date
    from row_keys
    left join tokens
        on
            row_keys.actor_type = tokens.actor_type
            and row_keys.actor_id = tokens.actor_id
            and row_keys.workspace_key = tokens.workspace_key
            and row_keys.model_key = tokens.model_key
            and row_keys.usage_date = tokens.usage_date
    left join costs
        on
            row_keys.actor_type = costs.actor_type
            and row_keys.actor_id = costs.actor_id
            and row_keys.workspace_key = costs.workspace_key
            and row_keys.model_key = costs.model_key
            and row_keys.usage_date = costs.usage_date
    left join costed
        on
            row_keys.actor_type = costed.actor_type
            and row_keys.actor_id = costed.actor_id
            and row_keys.workspace_key = costed.workspace_key
            and row_keys.model_key = costed.model_key
            and row_keys.usage_date = costed.usage_date
    left join chosen
        on
            row_keys.actor_type = chosen.actor_type
            and row_keys.actor_id = chosen.actor_id
            and row_keys.usage_date = chosen.usage_date
    left join workspaces
        on row_keys.workspace_key = workspaces.workspace_key

),

-- Requests that Cursor sent over somebody's own API key are API use that Cursor counts and the
-- key's vendor bills: requests here, tokens and money under the key.
cursor_rows as (

    select
        user_email as actor_id,
        person_id,
        cast(null as {{ dbt.type_string() }}) as api_key_id,
        cast(null as {{ dbt.type_string() }}) as workspace_id,
        'cursor' as platform,
        'person' as actor_type,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        cast(null as {{ dbt.type_string() }}) as model,
        person_email,
        team_name,
        department_name,
        cost_centre,
        attribution_method,
        cast(null as {{ dbt.type_bigint() }}) as uncached_input_tokens,
        cast(null as {{ dbt.type_bigint() }}) as cache_read_tokens,
        cast(null as {{ dbt.type_bigint() }}) as cache_write_tokens,
        cast(null as {{ dbt.type_bigint() }}) as cache_write_5m_tokens,
        cast(null as {{ dbt.type_bigint() }}) as cache_write_1h_tokens,
        cast(null as {{ dbt.type_bigint() }}) as output_tokens,
        cast(null as {{ dbt.type_bigint() }}) as all_input_tokens,
        cast(null as {{ dbt.type_bigint() }}) as n_web_searches,
        n_api_key_requests as n_requests,
        cast(null as {{ numeric_type() }}) as input_cost_usd,
        cast(null as {{ numeric_type() }}) as output_cost_usd,
        cast(null as {{ numeric_type() }}) as cache_write_cost_usd,
        cast(null as {{ numeric_type() }}) as cache_read_cost_usd,
        cast(null as {{ numeric_type() }}) as web_search_cost_usd,
        cast(null as {{ numeric_type() }}) as code_execution_cost_usd,
        cast(null as {{ numeric_type() }}) as seat_cost_usd,
        cast(null as {{ numeric_type() }}) as other_cost_usd,
        cast(null as {{ numeric_type() }}) as token_cost_usd,
        cast(null as {{ dbt.type_bigint() }}) as costed_tokens,
        cast(null as {{ numeric_type() }}) as costed_tokens_cost_usd,
        cast(null as {{ numeric_type() }}) as total_cost_usd,
        attribution_confidence,
        usage_date
    from cursor_usage

),

all_rows as (

    select * from claude_rows

    union all

    select * from cursor_rows

),

final as (

    select
        all_rows.usage_date,
        all_rows.person_email,
        all_rows.team_name,
        all_rows.department_name,
        all_rows.cost_centre,
        all_rows.actor_type,
        all_rows.actor_id,
        all_rows.platform,
        all_rows.workspace_key,
        workspaces.workspace_name,
        api_keys.api_key_name,
        all_rows.model,
        all_rows.uncached_input_tokens,
        all_rows.cache_read_tokens,
        all_rows.cache_write_tokens,
        all_rows.cache_write_5m_tokens,
        all_rows.cache_write_1h_tokens,
        all_rows.output_tokens,
        case when all_rows.all_input_tokens is not null then all_rows.cache_read_tokens end
            as cache_hit_tokens,
        all_rows.all_input_tokens,
        {{ share_of(
            'all_rows.cache_read_tokens', 'all_rows.all_input_tokens'
        ) }} as cache_hit_share,
        all_rows.all_input_tokens + all_rows.output_tokens as total_tokens,
        all_rows.costed_tokens,
        all_rows.n_web_searches,
        all_rows.n_requests,
        cast(all_rows.input_cost_usd as {{ numeric_type() }}) as input_cost_usd,
        cast(all_rows.output_cost_usd as {{ numeric_type() }}) as output_cost_usd,
        cast(all_rows.cache_write_cost_usd as {{ numeric_type() }}) as cache_write_cost_usd,
        cast(all_rows.cache_read_cost_usd as {{ numeric_type() }}) as cache_read_cost_usd,
        cast(all_rows.web_search_cost_usd as {{ numeric_type() }}) as web_search_cost_usd,
        cast(all_rows.code_execution_cost_usd as {{ numeric_type() }}) as code_execution_cost_usd,
        cast(all_rows.seat_cost_usd as {{ numeric_type() }}) as seat_cost_usd,
        cast(all_rows.other_cost_usd as {{ numeric_type() }}) as other_cost_usd,
        cast(all_rows.token_cost_usd as {{ numeric_type() }}) as token_cost_usd,
        cast(all_rows.costed_tokens_cost_usd as {{ numeric_type() }}) as costed_tokens_cost_usd,
        cast(all_rows.total_cost_usd as {{ numeric_type() }}) as total_cost_usd,
        {{ proportional_part(
            'all_rows.costed_tokens_cost_usd', '1000000', 'all_rows.costed_tokens'
        ) }} as cost_usd_per_million_tokens,
        all_rows.attribution_method,
        cast(all_rows.attribution_confidence as {{ numeric_type() }}) as attribution_confidence,
        day_versions.is_provisional,
        {{ surrogate_key([
            'all_rows.usage_date', 'all_rows.platform', 'all_rows.actor_type', 'all_rows.actor_id',
            'all_rows.workspace_key', 'all_rows.model'
        ]) }} as api_consumption_id,
        all_rows.person_id,
        all_rows.api_key_id,
        all_rows.workspace_id
    from all_rows
    inner join day_versions
        on all_rows.usage_date = day_versions.usage_date
    left join workspaces
        on all_rows.workspace_key = workspaces.workspace_key
    left join api_keys
        on all_rows.api_key_id = api_keys.api_key_id

)

select * from final
