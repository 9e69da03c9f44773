{#
One row per line of the bill that sets off the unit alarm: its implied price per million units lies outside 0.2 to 5
times the list price. Cents read as dollars show here on the day they happen. Credits and what is free have no price,
and the newest bill may have come in part.
#}
with

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}

),

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

keyed_usage as (

    select
        {{ spend_line_key() }} as line_key,
        n_units,
        list_value_usd
    from priced_usage
    -- As the bill is split: priority tokens are not in it, searches are whatever their tier.
    where coalesce(service_tier, 'standard') <> 'priority' or cost_component = 'web_search'

),

list_values as (

    select
        line_key,
        {{ sum_units('n_units') }} as n_units,
        sum(list_value_usd) as list_value_usd
    from keyed_usage
    group by line_key

),

final as (

    select
        {{ finding_columns(
            check_name="'bill_unit_price'",
            check_scope=dbt.concat([
                'bill_lines.workspace_key', "' '", "coalesce(bill_lines.model, 'no model')", "' '",
                'bill_lines.cost_component', "' '", 'bill_lines.line_key'
            ]),
            finding=sentence([
                "'workspace '", 'bill_lines.workspace_key', "' was billed '",
                decimal_text('bill_lines.line_cost_usd'), "' USD on '", 'bill_lines.usage_date',
                "' for '", "coalesce(bill_lines.model, 'no model')", "' '",
                'bill_lines.cost_component', "', the list price of its usage is '",
                decimal_text('list_values.list_value_usd'), "' USD'"
            ]),
            observed_value='bill_lines.line_cost_usd',
            expected_value='list_values.list_value_usd',
            check_date='bill_lines.usage_date'
        ) }},
        bill_lines.line_key,
        bill_lines.workspace_key,
        bill_lines.model,
        bill_lines.cost_component,
        list_values.n_units,
        bill_lines.line_cost_usd,
        cast(list_values.list_value_usd as {{ numeric_type() }}) as list_value_usd
    from bill_lines
    inner join list_values
        on bill_lines.line_key = list_values.line_key
    inner join day_versions
        on bill_lines.usage_date = day_versions.usage_date
    where
        not day_versions.has_open_bill
        and bill_lines.line_cost_usd > 0
        -- Below a thousandth of a cent the quotient says nothing.
        and list_values.list_value_usd > {{ to_numeric("'0.00001'") }}
        and (
            bill_lines.line_cost_usd * 5 < list_values.list_value_usd
            or bill_lines.line_cost_usd > list_values.list_value_usd * 5
        )

)

select * from final
