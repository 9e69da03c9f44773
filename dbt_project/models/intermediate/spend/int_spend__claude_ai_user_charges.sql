{#
One row per line of what claude.ai Enterprise charges somebody for use: after discounts, before credits. Products decide the
platform (seed product_platforms): claude_code is usage credits of Claude Code, in no other bill; a product that nobody has
listed yet is claude.ai's.
#}
with

user_costs as (

    select * from {{ ref('stg_claude_ai__user_costs') }}

),

product_platforms as (

    select * from {{ ref('product_platforms') }}
    where platform = 'claude_code'

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

)

select
    coalesce(product_platforms.platform, 'claude_ai') as platform,
    case
        when user_costs.user_email is not null then 'person'
        when user_costs.claude_user_id is not null then 'account'
        else 'unattributed'
    end as actor_type,
    coalesce(
        user_costs.user_email, user_costs.claude_user_id, 'unattributed:claude_ai'
    ) as actor_id,
    user_costs.model,
    user_costs.product,
    user_costs.currency,
    user_costs.stated_amount_text,
    fx_rates.usd_per_unit_text,
    'billed' as spend_basis,
    'enterprise_user_cost_report' as spend_method,
    cast(
        user_costs.charged_usd
        * {{ to_numeric('fx_rates.usd_per_unit_text') }} as {{ numeric_type() }}
    ) as spend_usd,
    cast(
        coalesce(user_costs.list_usd, user_costs.charged_usd)
        * {{ to_numeric('fx_rates.usd_per_unit_text') }} as {{ numeric_type() }}
    ) as list_value_usd,
    user_costs.usage_date
from user_costs
left join product_platforms
    on user_costs.product = product_platforms.product
-- Money in a currency without a rate is in no figure: dq_money_without_rate names it.
inner join fx_rates
    on
        coalesce(user_costs.currency, 'USD') = fx_rates.currency
        and user_costs.usage_date >= fx_rates.valid_from
        and user_costs.usage_date < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))
