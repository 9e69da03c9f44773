{#
One row per UTC day on which nine tenths of the lines of the bill cost more than 20 times, or less than a twentieth of,
what their usage costs by the list: the unit of the amounts is wrong. Line by line, because usage without a line is
ordinary (blocked requests), and so are credits and free lines; the newest bill may have come in part and is not judged.
#}
with

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}

),

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}

),

vendor_costs as (

    select * from {{ ref('int_spend__vendor_costs') }}
    where not is_counted_elsewhere

),

vendor_days as (

    select usage_date
    from vendor_costs
    group by usage_date

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

keyed_usage as (

    select
        {{ spend_line_key() }} as line_key,
        list_value_usd
    from priced_usage
    -- As the bill is split: priority tokens are not in it, searches are whatever their tier.
    where coalesce(service_tier, 'standard') <> 'priority' or cost_component = 'web_search'

),

listed as (

    select
        line_key,
        sum(list_value_usd) as line_list_usd
    from keyed_usage
    group by line_key
    having count(*) = count(list_value_usd)

),

compared as (

    select
        bill_lines.line_cost_usd,
        listed.line_list_usd as list_value_usd,
        case when bill_lines.line_cost_usd > listed.line_list_usd * 20 then 1 else 0 end
            as too_high,
        case when bill_lines.line_cost_usd * 20 < listed.line_list_usd then 1 else 0 end
            as too_low,
        bill_lines.usage_date
    from bill_lines
    inner join listed
        on bill_lines.line_key = listed.line_key
    inner join day_versions
        on bill_lines.usage_date = day_versions.usage_date
    left join vendor_days
        on bill_lines.usage_date = vendor_days.usage_date
    where
        not day_versions.has_open_bill
        -- Of such a day the ledger does not take the bill.
        and vendor_days.usage_date is null
        and bill_lines.line_cost_usd > 0
        -- Less than a thousandth of a cent has no scale.
        and (
            bill_lines.line_cost_usd > {{ to_numeric("'0.00001'") }}
            or listed.line_list_usd > {{ to_numeric("'0.00001'") }}
        )
        and listed.line_list_usd > 0

),

-- The vendor's own costs name no line of usage. Before discounts, as the list is, a kind of cost
-- can be too dear; too cheap it is wherever usage was not charged.
vendor_kinds as (

    select
        usage_date,
        cost_component,
        sum(list_usd) as line_cost_usd
    from vendor_costs
    group by usage_date, cost_component

),

listed_kinds as (

    select
        usage_date,
        cost_component,
        sum(list_value_usd) as list_value_usd
    from priced_usage
    group by usage_date, cost_component

),

compared_kinds as (

    select
        vendor_kinds.line_cost_usd,
        listed_kinds.list_value_usd,
        case when vendor_kinds.line_cost_usd > listed_kinds.list_value_usd * 20 then 1 else 0 end
            as too_high,
        0 as too_low,
        vendor_kinds.usage_date
    from vendor_kinds
    inner join listed_kinds
        on
            vendor_kinds.usage_date = listed_kinds.usage_date
            and vendor_kinds.cost_component = listed_kinds.cost_component
    where listed_kinds.list_value_usd > 0

),

all_compared as (

    select * from compared

    union all

    select * from compared_kinds

),

days as (

    select
        usage_date,
        count(*) as n_lines,
        sum(too_high) as n_too_high,
        sum(too_low) as n_too_low,
        sum(line_cost_usd) as billed_usd,
        sum(list_value_usd) as list_value_usd
    from all_compared
    group by usage_date

),

final as (

    select
        {{ finding_columns(
            check_name="'bill_scale'",
            check_scope="'anthropic'",
            finding=sentence([
                "'the bill of '", 'usage_date', "' is '", decimal_text('billed_usd'),
                "' USD in '", 'n_lines', "' lines whose usage costs '",
                decimal_text('list_value_usd'),
                "' USD by the list: amounts are being read in the wrong unit'"
            ]),
            observed_value='billed_usd',
            expected_value='list_value_usd',
            check_date='usage_date'
        ) }},
        cast(billed_usd as {{ numeric_type() }}) as billed_usd,
        cast(list_value_usd as {{ numeric_type() }}) as list_value_usd
    from days
    where
        -- A day of less than a cent has no scale.
        (billed_usd > {{ to_numeric("'0.01'") }} or list_value_usd > {{ to_numeric("'0.01'") }})
        and (n_too_high * 10 >= n_lines * 9 or n_too_low * 10 >= n_lines * 9)

)

select * from final
