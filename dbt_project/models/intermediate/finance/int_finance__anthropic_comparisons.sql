{#
One row per month and reason of the Anthropic bill beside the same use at list price: what the list says, what the
ledger says. Every line of the bill and every priced line of usage stands in exactly one reason. Of days that the ledger
takes from the vendor's own costs, what leads from the bill to these is a reason of its own.
#}
with

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}

),

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}

),

estimated_lines as (

    select * from {{ ref('int_spend__estimated_lines') }}

),

list_prices as (

    select * from {{ ref('int_spend__list_prices') }}
    where provider = 'anthropic' and service_tier = 'standard'

),

model_aliases as (

    select * from {{ ref('int_spend__model_aliases') }}

),

vendor_costs as (

    select * from {{ ref('int_spend__vendor_costs') }}
    where not is_counted_elsewhere

),

cost_terms as (

    select * from {{ ref('stg_anthropic__cost_terms') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

unbilled_lines as (

    select * from {{ ref('int_spend__unbilled_lines') }}

),

vendor_days as (

    select
        usage_date,
        sum(spend_usd) as vendor_usd,
        sum(list_usd) as vendor_list_usd
    from vendor_costs
    group by usage_date

),

bill_days as (

    select
        usage_date,
        sum(line_cost_usd) as bill_usd
    from bill_lines
    group by usage_date

),

priority_days as (

    select
        usage_date,
        sum(list_usd) as priority_usd
    from cost_terms
    where service_tier in ('priority', 'priority_on_demand')
    group by usage_date

),

-- From the bill to what the vendor's own costs say: priority tier, which the bill lacks,
-- discounts, which it lacks as well, and the rest of the two reports' distance.
vendor_steps as (

    select
        vendor_days.usage_date,
        coalesce(priority_days.priority_usd, {{ to_numeric("'0'") }}) as priority_usd,
        vendor_days.vendor_usd - vendor_days.vendor_list_usd as discount_usd,
        vendor_days.vendor_list_usd
        - coalesce(priority_days.priority_usd, {{ to_numeric("'0'") }})
        - coalesce(bill_days.bill_usd, {{ to_numeric("'0'") }}) as distance_usd
    from vendor_days
    left join bill_days
        on vendor_days.usage_date = bill_days.usage_date
    left join priority_days
        on vendor_days.usage_date = priority_days.usage_date

),

-- Priority tier has no list price of its own, so it is valued like standard: a reference, not a
-- bill.
priority_values as (

    select
        priced_usage.usage_date,
        coalesce(
            priced_usage.list_value_usd,
            cast(
                {{ tokens_to_usd(
                    'priced_usage.n_units', 'list_prices.list_price_usd_per_million_units'
                ) }}
                * priced_usage.geo_multiplier as {{ numeric_type() }}
            )
        ) as list_usd
    from priced_usage
    left join model_aliases
        on {{ model_key('priced_usage.model') }} = model_aliases.alias_key
    left join list_prices
        on
            coalesce(model_aliases.model_key, {{ model_key('priced_usage.model') }})
            = {{ model_key('list_prices.model') }}
            and priced_usage.cost_component = list_prices.cost_component
            and coalesce(priced_usage.context_window, '0-200k') = list_prices.context_window
            and priced_usage.usage_date >= list_prices.valid_from_date
            and priced_usage.usage_date
            < coalesce(list_prices.valid_to_date, cast('9999-12-31' as date))
    where priced_usage.service_tier = 'priority' and priced_usage.cost_component <> 'web_search'

),

both_sides as (

    select
        line_key,
        cost_component,
        usage_date,
        1 as n_bill_lines,
        0 as n_usage_lines,
        0 as n_unpriced_lines,
        {{ to_numeric("'0'") }} as list_usd,
        line_cost_usd as bill_usd
    from bill_lines

    union all

    select
        {{ spend_line_key() }} as line_key,
        cost_component,
        usage_date,
        0 as n_bill_lines,
        1 as n_usage_lines,
        case when list_value_usd is null then 1 else 0 end as n_unpriced_lines,
        coalesce(list_value_usd, {{ to_numeric("'0'") }}) as list_usd,
        {{ to_numeric("'0'") }} as bill_usd
    from priced_usage
    -- As the bill is split: priority tokens are not in it, searches are whatever their tier.
    where coalesce(service_tier, 'standard') <> 'priority' or cost_component = 'web_search'

),

line_totals as (

    select
        line_key,
        cost_component,
        usage_date,
        sum(n_bill_lines) as total_bill_lines,
        sum(n_usage_lines) as total_usage_lines,
        sum(n_unpriced_lines) as total_unpriced_lines,
        sum(list_usd) as total_list_usd,
        sum(bill_usd) as total_bill_usd
    from both_sides
    group by line_key, cost_component, usage_date

),

reasoned as (

    select
        line_totals.usage_date,
        case
            when unbilled_lines.line_key is not null then 'estimated_days'
            when line_totals.total_bill_usd < 0 then 'credits'
            when line_totals.total_bill_lines = 0 and day_versions.is_provisional
                then 'late_revision'
            when line_totals.total_bill_lines = 0 then 'usage_not_billed'
            when
                line_totals.total_usage_lines = 0
                and line_totals.cost_component in (
                    'input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h',
                    'web_search'
                )
                then 'untracked_keys'
            when line_totals.total_usage_lines = 0 then 'unpriced_component'
            when line_totals.total_unpriced_lines > 0 then 'unpriced_usage'
            when line_totals.total_bill_usd = line_totals.total_list_usd then 'matched'
            when
                abs(line_totals.total_bill_usd - line_totals.total_list_usd)
                <= {{ to_numeric("'0.000001'") }}
                then 'rounding'
            else 'price_difference'
        end as difference_reason,
        line_totals.total_list_usd as list_usd,
        line_totals.total_bill_usd as ledger_usd
    from line_totals
    inner join day_versions
        on line_totals.usage_date = day_versions.usage_date
    left join unbilled_lines
        on line_totals.line_key = unbilled_lines.line_key

    union all

    select
        priority_values.usage_date,
        'priority_tier' as difference_reason,
        priority_values.list_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from priority_values
    inner join day_versions
        on priority_values.usage_date = day_versions.usage_date
    where priority_values.list_usd is not null

    {% for reason, column in [
        ('priority_tier', 'priority_usd'), ('contract_discount', 'discount_usd'),
        ('vendor_report', 'distance_usd')
    ] %}
    union all

    select
        usage_date,
        '{{ reason }}' as difference_reason,
        {{ to_numeric("'0'") }} as list_usd,
        {{ column }} as ledger_usd
    from vendor_steps
    {% endfor %}

    union all

    select
        usage_date,
        'estimated_days' as difference_reason,
        {{ to_numeric("'0'") }} as list_usd,
        spend_usd as ledger_usd
    from estimated_lines

),

final as (

    select
        'anthropic' as vendor,
        difference_reason,
        sum(list_usd) as list_price_estimate_usd,
        sum(ledger_usd) as compared_ledger_usd,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from reasoned
    group by difference_reason, month_start_date

)

select * from final
