{#
One row per origin of ledger money and line that it is the sum of: a part of a line of the bill, a line of usage at its list
price, the vendor's own costs, a day's charges, a seat on a day. Weights and amounts are those that the ledger was made
with, so that a line can be worked out again from its own columns.
#}
{{ daily_incremental(cluster_by=['origin_id']) }}
{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{%- set no_count = 'cast(null as ' ~ dbt.type_bigint() ~ ')' -%}
{%- set no_money = 'cast(null as ' ~ numeric_type() ~ ')' -%}
{%- set nothing = to_numeric("'0'") %}
with

ledger_parts as (

    select * from {{ ref('int_spend__ledger_parts') }}
    where usage_date in ({{ changed_days() }})

),

allocated_lines as (

    select * from {{ ref('int_spend__allocated_lines') }}
    where usage_date in ({{ changed_days() }})

),

estimated_lines as (

    select * from {{ ref('int_spend__estimated_lines') }}
    where usage_date in ({{ changed_days() }})

),

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}

),

list_prices as (

    select * from {{ ref('int_spend__list_prices') }}

),

cursor_charges as (

    select * from {{ ref('int_spend__cursor_charges') }}
    where usage_date in ({{ changed_days() }})

),

seat_days as (

    select * from {{ ref('int_spend__seat_days') }}
    where usage_date in ({{ changed_days() }})

),

-- Vendor's own costs and claude.ai's charges are only added up: their rows are the records.
origins as (

    select
        usage_date,
        vendor,
        platform,
        origin_id,
        origin_method,
        min(model) as model,
        min(cost_component) as cost_component,
        min(input_version) as input_version,
        min(used_actor_id) as used_actor_id,
        max(origin_usd) as origin_usd
    from ledger_parts
    group by usage_date, vendor, platform, origin_id, origin_method

),

bill_parts as (

    select
        'anthropic' as vendor,
        allocated_lines.platform,
        allocated_lines.actor_type as used_actor_type,
        allocated_lines.actor_id as used_actor_id,
        allocated_lines.workspace_key,
        allocated_lines.model,
        allocated_lines.cost_component,
        allocated_lines.spend_basis,
        allocated_lines.spend_method as origin_method,
        bill_lines.service_tier,
        bill_lines.context_window,
        bill_lines.inference_geo,
        bill_lines.billed_speed as speed,
        allocated_lines.n_units,
        allocated_lines.weight as line_weight,
        allocated_lines.bill_weight as paper_weight,
        allocated_lines.is_weighed_by_value,
        {{ no_money }} as list_price_usd_per_million_units,
        {{ no_money }} as geo_multiplier,
        allocated_lines.spend_usd as line_usd,
        allocated_lines.line_cost_usd as stated_usd,
        allocated_lines.rounding_usd,
        {{ no_count }} as sheet_row,
        allocated_lines.line_key as paper_id,
        {{ no_text }} as price_id,
        allocated_lines.usage_date
    from allocated_lines
    inner join bill_lines
        on allocated_lines.line_key = bill_lines.line_key

),

estimates as (

    select
        'anthropic' as vendor,
        platform,
        actor_type as used_actor_type,
        actor_id as used_actor_id,
        workspace_key,
        model,
        cost_component,
        spend_basis,
        spend_method as origin_method,
        service_tier,
        context_window,
        inference_geo,
        speed,
        n_units,
        {{ no_count }} as line_weight,
        {{ no_count }} as paper_weight,
        false as is_weighed_by_value,
        list_price_usd_per_million_units,
        geo_multiplier,
        spend_usd as line_usd,
        {{ no_money }} as stated_usd,
        {{ nothing }} as rounding_usd,
        {{ no_count }} as sheet_row,
        {{ no_text }} as paper_id,
        price_id,
        usage_date
    from estimated_lines

),

charges as (

    select
        'cursor' as vendor,
        'cursor' as platform,
        actor_type as used_actor_type,
        actor_id as used_actor_id,
        {{ no_text }} as workspace_key,
        model,
        'usage' as cost_component,
        spend_basis,
        spend_method as origin_method,
        {{ no_text }} as service_tier,
        {{ no_text }} as context_window,
        {{ no_text }} as inference_geo,
        {{ no_text }} as speed,
        n_requests as n_units,
        n_requests as line_weight,
        n_month_requests as paper_weight,
        false as is_weighed_by_value,
        {{ no_money }} as list_price_usd_per_million_units,
        {{ no_money }} as geo_multiplier,
        spend_usd as line_usd,
        coalesce(month_usage_cost_usd, spend_usd) as stated_usd,
        -- Rows of one day without an address are cut off one by one.
        case
            when month_usage_cost_usd is null then {{ nothing }}
            else
                spend_usd
                - {{ proportional_part('month_usage_cost_usd', 'n_requests', 'n_month_requests') }}
        end as rounding_usd,
        {{ no_count }} as sheet_row,
        {{ no_text }} as paper_id,
        {{ no_text }} as price_id,
        usage_date
    from cursor_charges

),

seats as (

    select
        vendor,
        platform,
        actor_type as used_actor_type,
        actor_id as used_actor_id,
        {{ no_text }} as workspace_key,
        {{ no_text }} as model,
        'seat' as cost_component,
        spend_basis,
        spend_method as origin_method,
        {{ no_text }} as service_tier,
        {{ no_text }} as context_window,
        {{ no_text }} as inference_geo,
        {{ no_text }} as speed,
        cast(1 as {{ dbt.type_bigint() }}) as n_units,
        cast(1 as {{ dbt.type_bigint() }}) as line_weight,
        cast({{ days_in_month('usage_date') }} as {{ dbt.type_bigint() }}) as paper_weight,
        false as is_weighed_by_value,
        {{ no_money }} as list_price_usd_per_million_units,
        {{ no_money }} as geo_multiplier,
        spend_usd as line_usd,
        monthly_usd as stated_usd,
        spend_usd - {{ proportional_part('monthly_usd', '1', days_in_month('usage_date')) }}
            as rounding_usd,
        sheet_row,
        {{ no_text }} as paper_id,
        {{ no_text }} as price_id,
        usage_date
    from seat_days

),

all_lines as (

    select * from bill_parts

    union all

    select * from estimates

    union all

    select * from charges

    union all

    select * from seats

),

keyed as (

    select
        *,
        {{ spend_origin_key() }} as origin_id
    from all_lines

),

-- What the ledger does not take (the bill of a day that the vendor's own costs have) is no origin.
taken as (

    select
        origins.usage_date,
        origins.vendor,
        origins.platform,
        origins.model,
        origins.cost_component,
        origins.origin_method as spend_method,
        origins.origin_id,
        origins.input_version,
        origins.used_actor_id,
        keyed.service_tier,
        keyed.context_window,
        keyed.inference_geo,
        keyed.speed,
        keyed.n_units,
        keyed.line_weight,
        keyed.paper_weight,
        coalesce(keyed.is_weighed_by_value, false) as is_weighed_by_value,
        keyed.list_price_usd_per_million_units,
        keyed.geo_multiplier,
        -- What has no line of its own is the sum of its records.
        coalesce(keyed.line_usd, origins.origin_usd) as line_usd,
        case
            when keyed.origin_id is null then origins.origin_usd else keyed.stated_usd
        end as stated_usd,
        coalesce(keyed.rounding_usd, {{ nothing }}) as rounding_usd,
        keyed.sheet_row,
        case
            when keyed.price_id is not null or keyed.sheet_row is not null then {{ no_text }}
            else coalesce(keyed.paper_id, origins.origin_id)
        end as paper_id,
        keyed.price_id,
        row_number() over (
            partition by origins.origin_id
            order by
                coalesce(keyed.paper_id, ''),
                coalesce(keyed.sheet_row, 0),
                coalesce(keyed.price_id, ''),
                coalesce(keyed.service_tier, ''),
                coalesce(keyed.context_window, ''),
                coalesce(keyed.inference_geo, ''),
                coalesce(keyed.speed, ''),
                coalesce(keyed.n_units, 0),
                keyed.line_usd
        ) as line_number
    from origins
    left join keyed
        on origins.origin_id = keyed.origin_id

)

select
    taken.usage_date,
    taken.vendor,
    taken.platform,
    taken.model,
    taken.cost_component,
    taken.service_tier,
    taken.context_window,
    taken.inference_geo,
    taken.speed,
    taken.n_units,
    taken.line_weight,
    taken.paper_weight,
    cast(taken.line_usd as {{ numeric_type() }}) as line_usd,
    cast(taken.stated_usd as {{ numeric_type() }}) as stated_usd,
    cast(taken.rounding_usd as {{ numeric_type() }}) as rounding_usd,
    cast(taken.list_price_usd_per_million_units as {{ numeric_type() }})
        as list_price_usd_per_million_units,
    cast(taken.geo_multiplier as {{ numeric_type() }}) as geo_multiplier,
    list_prices.valid_from_date,
    list_prices.valid_to_date,
    list_prices.model as priced_model,
    taken.spend_method,
    taken.is_weighed_by_value,
    taken.sheet_row,
    taken.used_actor_id,
    {{ surrogate_key(['taken.origin_id', 'taken.line_number']) }} as spend_line_id,
    taken.origin_id,
    taken.paper_id,
    taken.price_id,
    taken.input_version
from taken
left join list_prices
    on taken.price_id = list_prices.price_id
where taken.line_usd is not null
