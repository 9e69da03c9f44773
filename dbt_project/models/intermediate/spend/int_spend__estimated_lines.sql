{#
One row per line of usage that the vendor has not billed yet, at list price. The bill, or the vendor's own costs by person
and key, replace it as soon as they arrive. Priority tier is paid by a commitment and never estimated.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

priced_usage as (

    select
        {{ spend_line_key() }} as line_key,
        *
    from {{ ref('int_spend__priced_usage') }}
    where usage_date in ({{ changed_days() }})

),

unbilled_lines as (

    select * from {{ ref('int_spend__unbilled_lines') }}

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}
    where usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

)

select
    priced_usage.actor_type,
    priced_usage.actor_id,
    priced_usage.workspace_key,
    detected_platforms.platform,
    -- The bill of web searches names no model, so neither does its estimate.
    case when priced_usage.cost_component <> 'web_search' then priced_usage.model end as model,
    priced_usage.cost_component,
    'estimated' as spend_basis,
    'usage_at_list_price' as spend_method,
    day_versions.input_version,
    priced_usage.list_value_usd as spend_usd,
    priced_usage.n_units,
    priced_usage.service_tier,
    priced_usage.context_window,
    priced_usage.inference_geo,
    priced_usage.speed,
    priced_usage.price_id,
    priced_usage.list_price_usd_per_million_units,
    priced_usage.geo_multiplier,
    priced_usage.usage_date
from priced_usage
inner join day_versions
    on priced_usage.usage_date = day_versions.usage_date
inner join detected_platforms
    on
        priced_usage.actor_type = detected_platforms.actor_type
        and priced_usage.actor_id = detected_platforms.actor_id
        and priced_usage.workspace_key = detected_platforms.workspace_key
        and priced_usage.usage_date = detected_platforms.usage_date
inner join unbilled_lines
    on priced_usage.line_key = unbilled_lines.line_key
where
    priced_usage.list_value_usd is not null
    and coalesce(priced_usage.service_tier, 'standard') in ('standard', 'batch')
