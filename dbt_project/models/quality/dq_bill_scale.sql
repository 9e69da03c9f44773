{#
One row per UTC day whose bill as a whole is more than 20 times, or less than a twentieth of, what its
usage costs by the list: the unit of the amounts is wrong, whichever single line may look odd for a reason.
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

-- What the ledger takes: the bill, or the vendor's own costs, before discounts as the list is.
taken as (

    select
        bill_lines.usage_date,
        bill_lines.cost_component,
        bill_lines.line_cost_usd
    from bill_lines
    left join vendor_days
        on bill_lines.usage_date = vendor_days.usage_date
    where vendor_days.usage_date is null

    union all

    select
        usage_date,
        cost_component,
        list_usd as line_cost_usd
    from vendor_costs

),

-- Only components with a list price on the day count on either side.
billed as (

    select
        usage_date,
        cost_component,
        sum(line_cost_usd) as billed_usd
    from taken
    group by usage_date, cost_component

),

listed as (

    select
        usage_date,
        cost_component,
        sum(list_value_usd) as list_value_usd
    from priced_usage
    where coalesce(service_tier, 'standard') <> 'priority' or cost_component = 'web_search'
    group by usage_date, cost_component

),

days as (

    select
        billed.usage_date,
        sum(billed.billed_usd) as billed_usd,
        sum(listed.list_value_usd) as list_value_usd
    from billed
    inner join listed
        on
            billed.usage_date = listed.usage_date
            and billed.cost_component = listed.cost_component
    where listed.list_value_usd > 0
    group by billed.usage_date

),

final as (

    select
        {{ finding_columns(
            check_name="'bill_scale'",
            check_scope="'anthropic'",
            finding=sentence([
                "'the bill of '", 'usage_date', "' is '", decimal_text('billed_usd'),
                "' USD, the list price of its usage '", decimal_text('list_value_usd'),
                "' USD: amounts are being read in the wrong unit'"
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
        and (billed_usd > list_value_usd * 20 or billed_usd * 20 < list_value_usd)

)

select * from final
