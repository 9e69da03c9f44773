{#
The tokens and searches of the FOCUS rows are those of the usage report: per day and component, all of the lines
that a bill line or an estimate stands for, except where the ledger divides a part over several actors, and on days
of which the vendor's own costs speak, without units. What costs nothing has no row, and a credit no quantity: where a line
is one of these, the rows have at most the use. Returns the sums that differ.
#}
with

usage_lines as (

    select
        {{ spend_line_key() }} as line_key,
        *
    from {{ ref('int_spend__priced_usage') }}
    where coalesce(service_tier, 'standard') <> 'priority' or cost_component = 'web_search'

),

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}

),

unbilled_lines as (

    select * from {{ ref('int_spend__unbilled_lines') }}

),

vendor_days as (

    select usage_date
    from {{ ref('int_spend__vendor_costs') }}
    where not is_counted_elsewhere
    group by usage_date

),

divided as (

    select
        usage_date,
        platform,
        actor_type,
        actor_id,
        model_key,
        token_class
    from {{ ref('int_usage__claude_code_shares') }}
    group by usage_date, platform, actor_type, actor_id, model_key, token_class
    having count(*) > 1 or min(counted_by) = 'keyless'

),

detected as (

    select * from {{ ref('int_platform__detected') }}

),

metered as (

    select
        usage_lines.usage_date,
        usage_lines.cost_component,
        cast(usage_lines.n_units as {{ numeric_type() }}) as used,
        {{ to_numeric("'0'") }} as exported,
        case
            when coalesce(bill_lines.line_cost_usd, usage_lines.list_value_usd) <= 0 then 1
            -- Mostly not charged: parts of a part of a billionth.
            when bill_lines.line_cost_usd * 20 < usage_lines.list_value_usd then 1
            else 0
        end as is_uncharged
    from usage_lines
    inner join detected
        on
            usage_lines.actor_type = detected.actor_type
            and usage_lines.actor_id = detected.actor_id
            and usage_lines.workspace_key = detected.workspace_key
            and usage_lines.usage_date = detected.usage_date
    left join bill_lines
        on usage_lines.line_key = bill_lines.line_key
    left join unbilled_lines
        on usage_lines.line_key = unbilled_lines.line_key
    left join divided
        on
            usage_lines.usage_date = divided.usage_date
            and detected.platform = divided.platform
            and usage_lines.actor_type = divided.actor_type
            and usage_lines.actor_id = divided.actor_id
            and coalesce({{ model_key('usage_lines.model') }}, '') = divided.model_key
            and {{ report_token_class('usage_lines.cost_component') }} = divided.token_class
    left join vendor_days
        on usage_lines.usage_date = vendor_days.usage_date
    where
        vendor_days.usage_date is null
        and divided.usage_date is null
        and (
            bill_lines.line_key is not null
            or (unbilled_lines.line_key is not null and usage_lines.list_value_usd is not null)
        )

),

exported as (

    select
        usage_date,
        cost_component,
        {{ to_numeric("'0'") }} as used,
        coalesce(consumed_quantity, {{ to_numeric("'0'") }}) as exported,
        0 as is_uncharged
    from {{ ref('mart_finance__focus_cost_and_usage') }}
    where vendor = 'anthropic' and cost_component <> 'seat'

),

together as (

    select * from metered

    union all

    select * from exported

)

select
    usage_date,
    cost_component,
    sum(used) as used_units,
    sum(exported) as exported_units
from together
group by usage_date, cost_component
having
    sum(exported) > sum(used)
    or (sum(exported) < sum(used) and max(is_uncharged) = 0)
