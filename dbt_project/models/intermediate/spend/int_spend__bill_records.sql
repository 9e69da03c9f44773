{#
One row per line of the Anthropic cost report as it was sent, with the line of the bill (`line_key`) that it is counted in: what the
usage report can be matched by, all dimensions that both tell apart for tokens, only day and workspace for web searches; other costs
have no usage to be matched with.
#}
with

cost_lines as (

    select * from {{ ref('stg_anthropic__cost_lines') }}

),

cost_components as (

    select * from {{ ref('cost_components') }}

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

token_lines as (

    select * from {{ ref('int_usage__token_lines') }}
    where speed = 'fast'

),

fast_usage as (

    select distinct {{ spend_base_key() }} as base_key
    from token_lines

),

lines as (

    select
        coalesce(cost_lines.workspace_id, 'default') as workspace_key,
        cost_lines.model,
        coalesce(cost_components.cost_component, 'other') as cost_component,
        cost_lines.service_tier,
        cost_lines.speed,
        cost_lines.context_window,
        cost_lines.inference_geo,
        cost_lines.currency,
        cost_lines.line_description,
        cost_lines.stated_amount_text,
        fx_rates.usd_per_unit_text,
        cast(
            cost_lines.line_cost_usd
            * {{ to_numeric('fx_rates.usd_per_unit_text') }} as {{ numeric_type() }}
        ) as line_cost_usd,
        cost_lines.usage_date
    from cost_lines
    left join cost_components
        on
            coalesce(cost_lines.cost_type, 'tokens') = cost_components.cost_type
            and coalesce(cost_lines.token_type, '') = coalesce(cost_components.token_type, '')
    -- Money in a currency without a rate is in no figure: dq_money_without_rate names it.
    inner join fx_rates
        on
            coalesce(cost_lines.currency, 'USD') = fx_rates.currency
            and cost_lines.usage_date >= fx_rates.valid_from
            and cost_lines.usage_date < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))

),

based as (

    select
        *,
        {{ spend_base_key() }} as base_key
    from lines

),

-- Where the usage report does not tell fast mode apart, a line in fast mode is for all of its use.
told as (

    select
        based.*,
        based.service_tier as billed_tier,
        case when fast_usage.base_key is not null then based.speed end as billed_speed
    from based
    left join fast_usage
        on based.base_key = fast_usage.base_key

),

keyed as (

    select
        {{ spend_line_key() }} as line_key,
        {{ spend_line_kind() }} as line_kind,
        {{ model_key('model') }} as model_key,
        *
    from told

)

select * from keyed
