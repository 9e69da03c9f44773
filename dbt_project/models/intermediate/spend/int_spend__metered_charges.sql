{#
One row per charge whose parts are known as the vendor meters them: a part of a bill line or estimate with its tier,
window, region and units; the charged requests of a Cursor actor and model; a seat on a day. `spend_id` is the row of
the ledger that the money is in. What the ledger divides over several actors (people without a key of their own) has no
meter reading per person and is not here, nor is what the vendor's own costs say, which state no units.
#}
with

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}

),

allocated_lines as (

    select * from {{ ref('int_spend__allocated_lines') }}

),

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}

),

vendor_costs as (

    select * from {{ ref('int_spend__vendor_costs') }}
    where not is_counted_elsewhere

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}

),

shares as (

    select * from {{ ref('int_usage__claude_code_shares') }}

),

cursor_events as (

    select * from {{ ref('int_spend__cursor_valued_events') }}

),

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

vendor_days as (

    select usage_date
    from vendor_costs
    group by usage_date

),

unbilled_lines as (

    select * from {{ ref('int_spend__unbilled_lines') }}

),

keyed_usage as (

    select
        {{ spend_line_key() }} as line_key,
        actor_type,
        actor_id,
        workspace_key,
        -- The bill of web searches names neither model nor tier, so neither does their charge.
        case when cost_component <> 'web_search' then model end as model,
        case when cost_component <> 'web_search' then service_tier end as service_tier,
        case when cost_component <> 'web_search' then context_window end as context_window,
        case
            when cost_component <> 'web_search' then nullif(inference_geo, 'not_available')
        end as inference_geo,
        cost_component,
        n_units,
        list_price_usd_per_million_units,
        geo_multiplier,
        coalesce(service_tier, 'standard') in ('standard', 'batch') as is_estimable,
        list_value_usd,
        usage_date
    from priced_usage

),

-- One price per line of the bill: all that a price depends on is in the key.
line_prices as (

    select
        line_key,
        min(list_price_usd_per_million_units) as list_price_usd_per_million_units,
        min(geo_multiplier) as geo_multiplier
    from keyed_usage
    group by line_key

),

billed_parts as (

    select
        allocated_lines.line_key,
        allocated_lines.actor_type,
        allocated_lines.actor_id,
        allocated_lines.workspace_key,
        allocated_lines.platform,
        allocated_lines.model,
        allocated_lines.cost_component,
        bill_lines.service_tier,
        bill_lines.context_window,
        bill_lines.inference_geo,
        allocated_lines.spend_basis,
        allocated_lines.spend_method,
        allocated_lines.n_units,
        allocated_lines.spend_usd,
        allocated_lines.usage_date
    from allocated_lines
    inner join bill_lines
        on allocated_lines.line_key = bill_lines.line_key
    left join vendor_days
        on allocated_lines.usage_date = vendor_days.usage_date
    where vendor_days.usage_date is null

),

estimated_parts as (

    select
        keyed_usage.line_key,
        keyed_usage.actor_type,
        keyed_usage.actor_id,
        keyed_usage.workspace_key,
        detected_platforms.platform,
        keyed_usage.model,
        keyed_usage.cost_component,
        keyed_usage.service_tier,
        keyed_usage.context_window,
        keyed_usage.inference_geo,
        'estimated' as spend_basis,
        'usage_at_list_price' as spend_method,
        {{ sum_units('keyed_usage.n_units') }} as n_units,
        sum(keyed_usage.list_value_usd) as spend_usd,
        keyed_usage.usage_date
    from keyed_usage
    inner join detected_platforms
        on
            keyed_usage.actor_type = detected_platforms.actor_type
            and keyed_usage.actor_id = detected_platforms.actor_id
            and keyed_usage.workspace_key = detected_platforms.workspace_key
            and keyed_usage.usage_date = detected_platforms.usage_date
    inner join unbilled_lines
        on keyed_usage.line_key = unbilled_lines.line_key
    where
        keyed_usage.list_value_usd is not null
        and keyed_usage.is_estimable
    group by
        keyed_usage.line_key,
        keyed_usage.actor_type,
        keyed_usage.actor_id,
        keyed_usage.workspace_key,
        detected_platforms.platform,
        keyed_usage.model,
        keyed_usage.cost_component,
        keyed_usage.service_tier,
        keyed_usage.context_window,
        keyed_usage.inference_geo,
        keyed_usage.usage_date

),

anthropic_parts as (

    select * from billed_parts

    union all

    select * from estimated_parts

),

-- Whose a part is, where the Claude Code report has all of its tokens under one actor.
whole_shares as (

    select
        usage_date,
        platform,
        actor_type,
        actor_id,
        model_key,
        token_class,
        min(counted_actor_type) as counted_actor_type,
        min(counted_actor_id) as counted_actor_id,
        count(*) = 1 and min(counted_by) <> 'keyless' as is_whole
    from shares
    group by usage_date, platform, actor_type, actor_id, model_key, token_class

),

anthropic_charges as (

    select
        parts.usage_date,
        'anthropic' as vendor,
        parts.platform,
        coalesce(whole_shares.counted_actor_type, parts.actor_type) as actor_type,
        coalesce(whole_shares.counted_actor_id, parts.actor_id) as actor_id,
        parts.model,
        parts.cost_component,
        parts.spend_basis,
        {{ surrogate_key(['parts.line_key', 'parts.actor_type', 'parts.actor_id']) }} as part_key,
        parts.workspace_key,
        parts.service_tier,
        parts.context_window,
        parts.inference_geo,
        cast(null as {{ dbt.type_string() }}) as plan_name,
        parts.n_units,
        line_prices.list_price_usd_per_million_units,
        line_prices.geo_multiplier,
        parts.spend_usd
    from anthropic_parts as parts
    inner join day_versions
        on parts.usage_date = day_versions.usage_date
    left join line_prices
        on parts.line_key = line_prices.line_key
    left join whole_shares
        on
            parts.platform = whole_shares.platform
            and parts.actor_type = whole_shares.actor_type
            and parts.actor_id = whole_shares.actor_id
            and coalesce({{ model_key('parts.model') }}, '') = whole_shares.model_key
            and {{ report_token_class('parts.cost_component') }} = whole_shares.token_class
            and parts.usage_date = whole_shares.usage_date
            and parts.spend_method <> 'no_matching_usage'
    -- A part that is divided over several has no meter reading of its own.
    where coalesce(whole_shares.is_whole, true)

),

cursor_requests as (

    select
        cursor_events.usage_date,
        cursor_events.actor_type,
        cursor_events.actor_id,
        cursor_events.model,
        cursor_events.owed_usd
    from cursor_events
    inner join day_versions
        on cursor_events.usage_date = day_versions.usage_date
    -- A request inside the subscription is owed nothing: it is use, not spend.
    where cursor_events.owed_usd <> 0

),

cursor_charges as (

    select
        usage_date,
        'cursor' as vendor,
        'cursor' as platform,
        actor_type,
        actor_id,
        model,
        'usage' as cost_component,
        'billed' as spend_basis,
        'charged_requests' as part_key,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        cast(null as {{ dbt.type_string() }}) as service_tier,
        cast(null as {{ dbt.type_string() }}) as context_window,
        cast(null as {{ dbt.type_string() }}) as inference_geo,
        cast(null as {{ dbt.type_string() }}) as plan_name,
        cast(count(*) as {{ dbt.type_bigint() }}) as n_units,
        cast(null as {{ numeric_type() }}) as list_price_usd_per_million_units,
        cast(null as {{ numeric_type() }}) as geo_multiplier,
        sum(owed_usd) as spend_usd
    from cursor_requests
    group by usage_date, actor_type, actor_id, model

),

seat_charges as (

    select
        usage_date,
        vendor,
        platform,
        actor_type,
        actor_id,
        cast(null as {{ dbt.type_string() }}) as model,
        'seat' as cost_component,
        spend_basis,
        {{ surrogate_key(['sheet_row']) }} as part_key,
        cast(null as {{ dbt.type_string() }}) as workspace_key,
        cast(null as {{ dbt.type_string() }}) as service_tier,
        cast(null as {{ dbt.type_string() }}) as context_window,
        cast(null as {{ dbt.type_string() }}) as inference_geo,
        plan_name,
        cast(1 as {{ dbt.type_bigint() }}) as n_units,
        cast(null as {{ numeric_type() }}) as list_price_usd_per_million_units,
        cast(null as {{ numeric_type() }}) as geo_multiplier,
        spend_usd
    from seat_days

),

charges as (

    select * from anthropic_charges

    union all

    select * from cursor_charges

    union all

    select * from seat_charges

),

final as (

    select
        {{ surrogate_key([
            'usage_date', 'vendor', 'platform', 'actor_type', 'actor_id', 'model', 'cost_component',
            'spend_basis'
        ]) }} as spend_id,
        part_key,
        vendor,
        platform,
        model,
        cost_component,
        workspace_key,
        service_tier,
        context_window,
        inference_geo,
        plan_name,
        n_units,
        list_price_usd_per_million_units,
        geo_multiplier,
        cast(spend_usd as {{ numeric_type() }}) as spend_usd,
        usage_date
    from charges

)

select * from final
