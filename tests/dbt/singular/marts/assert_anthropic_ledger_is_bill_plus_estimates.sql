{#
Anthropic's money per day: what its own costs by person and key say, or on days that these lack, what the cost report says,
the estimate of what it does not say yet, and what claude.ai Enterprise charges. Exactly. Money in a currency without a rate
is none of it.
#}
with

cost_lines as (

    select * from {{ ref('stg_anthropic__cost_lines') }}

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

estimated_lines as (

    select * from {{ ref('int_spend__estimated_lines') }}

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

claude_ai_charges as (

    select * from {{ ref('int_spend__claude_ai_charges') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where vendor = 'anthropic' and cost_component <> 'seat'

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

amounts as (

    select
        cost_lines.usage_date,
        cast(
            cost_lines.line_cost_usd * {{ to_numeric('fx_rates.usd_per_unit_text') }}
            as {{ numeric_type() }}
        ) as source_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from cost_lines
    inner join day_versions
        on cost_lines.usage_date = day_versions.usage_date
    inner join fx_rates
        on
            coalesce(cost_lines.currency, 'USD') = fx_rates.currency
            and cost_lines.usage_date >= fx_rates.valid_from
            and cost_lines.usage_date < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))
    left join vendor_days
        on cost_lines.usage_date = vendor_days.usage_date
    where vendor_days.usage_date is null

    union all

    select
        usage_date,
        spend_usd as source_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from vendor_costs

    union all

    select
        estimated_lines.usage_date,
        estimated_lines.spend_usd as source_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from estimated_lines
    inner join day_versions
        on estimated_lines.usage_date = day_versions.usage_date

    union all

    select
        claude_ai_charges.usage_date,
        claude_ai_charges.spend_usd as source_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from claude_ai_charges
    inner join day_versions
        on claude_ai_charges.usage_date = day_versions.usage_date

    union all

    select
        usage_date,
        {{ to_numeric("'0'") }} as source_usd,
        spend_usd as ledger_usd
    from ledger

)

select
    usage_date,
    sum(source_usd) as total_source_usd,
    sum(ledger_usd) as total_ledger_usd
from amounts
group by usage_date
having sum(source_usd) <> sum(ledger_usd) or count(*) <> count(source_usd)
