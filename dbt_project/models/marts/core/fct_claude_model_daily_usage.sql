{#
One row per UTC day, platform, actor and model of Claude: tokens and cost only; sessions and commits have no model. Reports
that spell a model differently meet in one row, under the name on the bill; money whose bill names no model, such as web
searches, has NULL as in the ledger.
#}
{{ daily_incremental(cluster_by=['platform', 'model']) }}
with

model_tokens as (

    select * from {{ ref('int_usage__claude_model_tokens') }}
    where usage_date in ({{ changed_days() }})

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where
        vendor = 'anthropic'
        and cost_component <> 'seat'
        and usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

tokens as (

    select
        platform,
        actor_type,
        actor_id,
        coalesce({{ model_key('model') }}, '') as model_key,
        min(model) as model,
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
    group by platform, actor_type, actor_id, model_key, usage_date

),

costs as (

    select
        platform,
        actor_type,
        actor_id,
        coalesce({{ model_key('model') }}, '') as model_key,
        min(model) as model,
        min(person_id) as person_id,
        min(person_email) as person_email,
        sum(spend_usd) as total_cost_usd,
        usage_date
    from ledger
    group by platform, actor_type, actor_id, model_key, usage_date

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where
        vendor = 'anthropic'
        and usage_date in ({{ changed_days() }})

),

fact_keys as (

    select
        platform,
        actor_type,
        actor_id,
        model_key,
        usage_date
    from tokens

    union distinct

    select
        platform,
        actor_type,
        actor_id,
        model_key,
        usage_date
    from costs

),

final as (

    select
        fact_keys.usage_date,
        chosen.owner_email as person_email,
        chosen.team_name,
        fact_keys.actor_type,
        fact_keys.actor_id,
        fact_keys.platform,
        coalesce(costs.model, tokens.model) as model,
        tokens.uncached_input_tokens,
        tokens.cache_read_tokens,
        tokens.cache_write_tokens,
        tokens.cache_write_5m_tokens,
        tokens.cache_write_1h_tokens,
        tokens.output_tokens,
        tokens.n_web_searches,
        cast(costs.total_cost_usd as {{ numeric_type() }}) as total_cost_usd,
        cast(tokens.notional_cost_usd as {{ numeric_type() }}) as notional_cost_usd,
        day_versions.is_provisional,
        {{ surrogate_key([
            'fact_keys.usage_date', 'fact_keys.platform', 'fact_keys.actor_type', 'fact_keys.actor_id',
            'coalesce(costs.model, tokens.model)'
        ]) }} as claude_model_daily_usage_id,
        chosen.person_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        day_versions.input_version,
        day_versions.day_loaded_at as loaded_at
    from fact_keys
    inner join day_versions
        on fact_keys.usage_date = day_versions.usage_date
    left join tokens
        on
            fact_keys.platform = tokens.platform
            and fact_keys.actor_type = tokens.actor_type
            and fact_keys.actor_id = tokens.actor_id
            and fact_keys.model_key = tokens.model_key
            and fact_keys.usage_date = tokens.usage_date
    left join costs
        on
            fact_keys.platform = costs.platform
            and fact_keys.actor_type = costs.actor_type
            and fact_keys.actor_id = costs.actor_id
            and fact_keys.model_key = costs.model_key
            and fact_keys.usage_date = costs.usage_date
    left join chosen
        on
            fact_keys.platform = chosen.platform
            and fact_keys.actor_type = chosen.actor_type
            and fact_keys.actor_id = chosen.actor_id
            and fact_keys.usage_date = chosen.usage_date

)

select * from final
