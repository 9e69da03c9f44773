{#
One row per month, vendor, platform and item (a thing with a price): the money of its bill and the units behind it.
Anthropic: model and kind of token, units are tokens of billed lines that have usage. Cursor: model, units are charged
events (a charge covers all kinds of token at once).
#}
with

allocated_lines as (

    select * from {{ ref('int_spend__allocated_lines') }}
    where
        n_units > 0
        and cost_component in (
            'input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'
        )

),

events as (

    select * from {{ ref('int_spend__cursor_valued_events') }}
    where owed_usd > 0

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

items as (

    select
        'anthropic' as vendor,
        platform,
        {{ dbt.concat(
            ["coalesce(" ~ model_key('model') ~ ", '')", "' '", 'cost_component']
        ) }} as item_name,
        n_units,
        spend_usd as item_usd,
        usage_date
    from allocated_lines

    union all

    select
        'cursor' as vendor,
        'cursor' as platform,
        coalesce({{ model_key('events.model') }}, '') as item_name,
        1 as n_units,
        events.owed_usd as item_usd,
        events.usage_date
    from events
    inner join day_versions
        on events.usage_date = day_versions.usage_date

),

final as (

    select
        vendor,
        platform,
        item_name,
        {{ sum_units('n_units') }} as n_units,
        sum(item_usd) as item_usd,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from items
    group by vendor, platform, item_name, month_start_date

)

select * from final
