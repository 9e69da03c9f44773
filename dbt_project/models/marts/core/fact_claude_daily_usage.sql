{#
One row per UTC day, platform and actor of Claude: what was used, what it cost, who it was. The actor is the finest
identity the vendor gives, or the explicit `unattributed` of a workspace.
#}
{{ daily_incremental(cluster_by=['platform', 'actor_id']) }}
with

records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where usage_date in ({{ changed_days() }})

),

claude_ai_daily as (

    select * from {{ ref('int_usage__claude_ai_daily') }}
    where usage_date in ({{ changed_days() }})

),

model_tokens as (

    select * from {{ ref('int_usage__claude_model_tokens') }}
    where usage_date in ({{ changed_days() }})

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where
        vendor = 'anthropic'
        and usage_date in ({{ changed_days() }})

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where
        vendor = 'anthropic'
        and usage_date in ({{ changed_days() }})

),

workspace_platforms as (

    select * from {{ ref('int_platform__workspaces') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

productivity as (

    select
        'claude_code' as platform,
        actor_type,
        actor_id,
        {{ sum_units('n_sessions') }} as n_sessions,
        {{ sum_units('n_lines_added') }} as n_lines_added,
        {{ sum_units('n_lines_removed') }} as n_lines_removed,
        {{ sum_units('n_commits') }} as n_commits,
        {{ sum_units('n_pull_requests') }} as n_pull_requests,
        {{ sum_units('n_edit_tool_accepted') }} as n_edit_tool_accepted,
        {{ sum_units('n_edit_tool_rejected') }} as n_edit_tool_rejected,
        {{ sum_units('n_multi_edit_tool_accepted') }} as n_multi_edit_tool_accepted,
        {{ sum_units('n_multi_edit_tool_rejected') }} as n_multi_edit_tool_rejected,
        {{ sum_units('n_write_tool_accepted') }} as n_write_tool_accepted,
        {{ sum_units('n_write_tool_rejected') }} as n_write_tool_rejected,
        {{ sum_units('n_notebook_edit_tool_accepted') }} as n_notebook_edit_tool_accepted,
        {{ sum_units('n_notebook_edit_tool_rejected') }} as n_notebook_edit_tool_rejected,
        usage_date
    from records
    group by actor_type, actor_id, usage_date

),

tokens as (

    select
        platform,
        actor_type,
        actor_id,
        min(platform_rule_id) as platform_rule_id,
        min(platform_detection_method) as platform_detection_method,
        {{ sum_units('uncached_input_tokens') }} as uncached_input_tokens,
        {{ sum_units('cache_read_tokens') }} as cache_read_tokens,
        {{ sum_units('cache_write_tokens') }} as cache_write_tokens,
        {{ sum_units('cache_write_5m_tokens') }} as cache_write_5m_tokens,
        {{ sum_units('cache_write_1h_tokens') }} as cache_write_1h_tokens,
        {{ sum_units('output_tokens') }} as output_tokens,
        {{ sum_units('n_web_searches') }} as n_web_searches,
        sum(notional_cost_usd) as notional_cost_usd,
        usage_date
    from model_tokens
    group by platform, actor_type, actor_id, usage_date

),

costs as (

    select
        platform,
        actor_type,
        actor_id,
        min(workspace_id) as workspace_id,
        min(spend_basis) as first_basis,
        max(spend_basis) as last_basis,
        max(
            case
                when
                    spend_method in ('enterprise_user_cost_report', 'enterprise_cost_report_rest')
                    then 1
                else 0
            end
        ) as has_enterprise_charge,
        {{ cost_of_components() }},
        sum(spend_usd) as total_cost_usd,
        -- Seats without use are in the ledger alone: a fee is not use.
        sum(case when cost_component <> 'seat' then spend_usd end) as usage_cost_usd,
        usage_date
    from ledger
    group by platform, actor_type, actor_id, usage_date

),

fact_keys as (

    select
        platform,
        actor_type,
        actor_id,
        usage_date
    from productivity

    union distinct

    select
        platform,
        actor_type,
        actor_id,
        usage_date
    from claude_ai_daily
    where is_use

    union distinct

    select
        platform,
        actor_type,
        actor_id,
        usage_date
    from tokens

    union distinct

    select
        platform,
        actor_type,
        actor_id,
        usage_date
    from costs
    where usage_cost_usd is not null

),

joined as (

    select
        fact_keys.platform,
        fact_keys.actor_type,
        fact_keys.actor_id,
        fact_keys.usage_date,
        costs.workspace_id,
        case
            when costs.first_basis = costs.last_basis then costs.first_basis
            when costs.first_basis is not null
                then {{ dbt.concat(['costs.first_basis', "'+'", 'costs.last_basis']) }}
        end as cost_basis,
        case
            when productivity.usage_date is not null then 'source_claude_code_report'
            when claude_ai_daily.usage_date is not null then claude_ai_daily.platform_rule_id
            when
                tokens.usage_date is null and costs.has_enterprise_charge = 1
                then 'source_enterprise_analytics'
            else coalesce(
                    tokens.platform_rule_id,
                    workspace_platforms.platform_rule_id,
                    'default_claude_api'
                )
        end as platform_rule_id,
        case
            when productivity.usage_date is not null or claude_ai_daily.usage_date is not null
                then 'source_endpoint'
            when
                tokens.usage_date is null and costs.has_enterprise_charge = 1
                then 'source_endpoint'
            else coalesce(
                    tokens.platform_detection_method,
                    workspace_platforms.platform_detection_method,
                    'default'
                )
        end as platform_detection_method,
        case
            when productivity.usage_date is not null then 'claude_code_report'
            when claude_ai_daily.usage_date is not null then claude_ai_daily.usage_source
            when tokens.usage_date is null then 'cost_report'
            when tokens.platform_rule_id = 'source_enterprise_analytics' then 'enterprise_analytics'
            else 'messages_report'
        end as usage_source,
        productivity.n_sessions,
        productivity.n_lines_added,
        productivity.n_lines_removed,
        productivity.n_commits,
        productivity.n_pull_requests,
        productivity.n_edit_tool_accepted,
        productivity.n_edit_tool_rejected,
        productivity.n_multi_edit_tool_accepted,
        productivity.n_multi_edit_tool_rejected,
        productivity.n_write_tool_accepted,
        productivity.n_write_tool_rejected,
        productivity.n_notebook_edit_tool_accepted,
        productivity.n_notebook_edit_tool_rejected,
        tokens.uncached_input_tokens,
        tokens.cache_read_tokens,
        tokens.cache_write_tokens,
        tokens.cache_write_5m_tokens,
        tokens.cache_write_1h_tokens,
        tokens.output_tokens,
        tokens.n_web_searches,
        claude_ai_daily.n_conversations,
        claude_ai_daily.n_projects,
        claude_ai_daily.n_files,
        claude_ai_daily.n_messages,
        claude_ai_daily.n_slack_messages,
        costs.input_cost_usd,
        costs.output_cost_usd,
        costs.cache_write_cost_usd,
        costs.cache_read_cost_usd,
        costs.web_search_cost_usd,
        costs.code_execution_cost_usd,
        costs.seat_cost_usd,
        costs.other_cost_usd,
        costs.total_cost_usd,
        tokens.notional_cost_usd,
        coalesce(
            productivity.usage_date, claude_ai_daily.usage_date
        ) is not null as has_productivity_data,
        tokens.usage_date is not null as has_token_data,
        costs.usage_date is not null as has_cost_data
    from fact_keys
    left join productivity
        on
            fact_keys.platform = productivity.platform
            and fact_keys.actor_type = productivity.actor_type
            and fact_keys.actor_id = productivity.actor_id
            and fact_keys.usage_date = productivity.usage_date
    left join claude_ai_daily
        on
            fact_keys.platform = claude_ai_daily.platform
            and fact_keys.actor_type = claude_ai_daily.actor_type
            and fact_keys.actor_id = claude_ai_daily.actor_id
            and fact_keys.usage_date = claude_ai_daily.usage_date
    left join tokens
        on
            fact_keys.platform = tokens.platform
            and fact_keys.actor_type = tokens.actor_type
            and fact_keys.actor_id = tokens.actor_id
            and fact_keys.usage_date = tokens.usage_date
    left join costs
        on
            fact_keys.platform = costs.platform
            and fact_keys.actor_type = costs.actor_type
            and fact_keys.actor_id = costs.actor_id
            and fact_keys.usage_date = costs.usage_date
    left join workspace_platforms
        on
            fact_keys.actor_id
            = {{ dbt.concat(["'unattributed:'", 'workspace_platforms.workspace_key']) }}
            and fact_keys.usage_date >= workspace_platforms.valid_from_date
            and fact_keys.usage_date < workspace_platforms.valid_to_date

),

final as (

    select
        joined.usage_date,
        chosen.owner_email as person_email,
        chosen.team_name,
        chosen.department_name,
        chosen.cost_centre,
        joined.actor_type,
        joined.actor_id,
        joined.platform,
        joined.n_sessions,
        joined.n_lines_added,
        joined.n_lines_removed,
        joined.n_commits,
        joined.n_pull_requests,
        joined.n_edit_tool_accepted,
        joined.n_edit_tool_rejected,
        joined.n_multi_edit_tool_accepted,
        joined.n_multi_edit_tool_rejected,
        joined.n_write_tool_accepted,
        joined.n_write_tool_rejected,
        joined.n_notebook_edit_tool_accepted,
        joined.n_notebook_edit_tool_rejected,
        joined.uncached_input_tokens,
        joined.cache_read_tokens,
        joined.cache_write_tokens,
        joined.cache_write_5m_tokens,
        joined.cache_write_1h_tokens,
        joined.output_tokens,
        joined.n_web_searches,
        joined.n_conversations,
        joined.n_projects,
        joined.n_files,
        joined.n_messages,
        joined.n_slack_messages,
        cast(joined.input_cost_usd as {{ numeric_type() }}) as input_cost_usd,
        cast(joined.output_cost_usd as {{ numeric_type() }}) as output_cost_usd,
        cast(joined.cache_write_cost_usd as {{ numeric_type() }}) as cache_write_cost_usd,
        cast(joined.cache_read_cost_usd as {{ numeric_type() }}) as cache_read_cost_usd,
        cast(joined.web_search_cost_usd as {{ numeric_type() }}) as web_search_cost_usd,
        cast(joined.code_execution_cost_usd as {{ numeric_type() }}) as code_execution_cost_usd,
        cast(joined.seat_cost_usd as {{ numeric_type() }}) as seat_cost_usd,
        cast(joined.other_cost_usd as {{ numeric_type() }}) as other_cost_usd,
        cast(joined.total_cost_usd as {{ numeric_type() }}) as total_cost_usd,
        cast(joined.notional_cost_usd as {{ numeric_type() }}) as notional_cost_usd,
        joined.platform_detection_method,
        joined.usage_source,
        coalesce(chosen.attribution_method, 'unattributed') as attribution_method,
        joined.cost_basis,
        coalesce(chosen.attribution_confidence, {{ to_numeric("'0'") }}) as attribution_confidence,
        {{ share_of(
            '(case when joined.has_productivity_data then 1 else 0 end + case when joined.has_token_data then 1 else 0 end + case when joined.has_cost_data then 1 else 0 end)',
            "case when joined.platform in ('claude_code', 'claude_ai') then 3 when joined.has_productivity_data then 3 else 2 end"
        ) }} as data_completeness_share,
        joined.has_productivity_data,
        joined.has_token_data,
        joined.has_cost_data,
        day_versions.is_provisional,
        {{ surrogate_key([
            'joined.usage_date', 'joined.platform', 'joined.actor_type', 'joined.actor_id'
        ]) }} as claude_daily_usage_id,
        chosen.person_id,
        joined.workspace_id,
        joined.platform_rule_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        day_versions.input_version,
        day_versions.day_loaded_at as loaded_at
    from joined
    inner join day_versions
        on joined.usage_date = day_versions.usage_date
    left join chosen
        on
            joined.platform = chosen.platform
            and joined.actor_type = chosen.actor_type
            and joined.actor_id = chosen.actor_id
            and joined.usage_date = chosen.usage_date

)

select * from final
