{#
One row per UTC day, platform, owner, API key, model, workspace and type of cost, in dollars, in the shape of the
predecessor's fct_cost_daily. It is the ledger without subscription fees, which the predecessor never had.
#}
{{ config(schema='compatibility', materialized='view') }}
with

anthropic_parts as (

    select * from {{ ref('int_spend__anthropic_by_actor') }}

),

-- The bill's parts carry the workspace, which the ledger's rows do not always.
other_spend as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where
        cost_component <> 'seat'
        and (vendor <> 'anthropic' or spend_method like 'enterprise_%')

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

lines as (

    select
        anthropic_parts.platform,
        chosen.owner_email as user_email,
        chosen.person_id as user_id,
        case
            when anthropic_parts.source_actor_type = 'api_key' then anthropic_parts.source_actor_id
        end as api_key_id,
        anthropic_parts.model,
        nullif(anthropic_parts.workspace_key, 'default') as workspace_id,
        anthropic_parts.cost_component,
        anthropic_parts.spend_usd,
        anthropic_parts.usage_date
    from anthropic_parts
    left join chosen
        on
            chosen.vendor = 'anthropic'
            and anthropic_parts.platform = chosen.platform
            and anthropic_parts.source_actor_type = chosen.actor_type
            and anthropic_parts.source_actor_id = chosen.actor_id
            and anthropic_parts.usage_date = chosen.usage_date

    union all

    select
        platform,
        case when actor_type = 'person' then actor_id else person_email end as user_email,
        person_id as user_id,
        case when actor_type = 'api_key' then actor_id end as api_key_id,
        model,
        workspace_id,
        cost_component,
        spend_usd,
        usage_date
    from other_spend

),

worded as (

    select
        {{ legacy_platform_word('platform') }} as platform,
        user_email,
        user_id,
        api_key_id,
        model,
        workspace_id,
        {{ legacy_cost_type('cost_component') }} as cost_type,
        spend_usd,
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
        cost_type,
        sum(spend_usd) as cost_usd,
        usage_date
    from worded
    group by platform, user_email, api_key_id, model, workspace_id, cost_type, usage_date

),

final as (

    select
        summed.usage_date as cost_date,
        summed.platform,
        summed.user_email,
        summed.user_id,
        summed.api_key_id,
        summed.model,
        summed.workspace_id,
        cast(summed.cost_usd as {{ double_type() }}) as cost_usd,
        summed.cost_type,
        cast(null as {{ double_type() }}) as volume_units,
        cast(null as {{ dbt.type_string() }}) as unit_type,
        cast(day_versions.day_loaded_at as date) as ingest_date,
        day_versions.day_loaded_at as created_timestamp,
        {{ surrogate_key([
            'summed.usage_date', 'summed.platform', 'summed.user_email', 'summed.api_key_id',
            'summed.model', 'summed.workspace_id', 'summed.cost_type'
        ]) }} as request_id
    from summed
    inner join day_versions
        on summed.usage_date = day_versions.usage_date

)

select * from final
