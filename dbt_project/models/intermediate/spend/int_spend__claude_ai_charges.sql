{#
One row per UTC day, platform, actor and model of what claude.ai Enterprise charges for use: after discounts, before
credits. The product claude_code is usage credits of Claude Code; it is in no other bill.
#}
with

user_costs as (

    select * from {{ ref('stg_claude_ai__user_costs') }}

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

)

select
    case
        when user_costs.product = 'claude_code' then 'claude_code' else 'claude_ai'
    end as platform,
    case
        when user_costs.user_email is not null then 'person'
        when user_costs.claude_user_id is not null then 'account'
        else 'unattributed'
    end as actor_type,
    coalesce(
        user_costs.user_email, user_costs.claude_user_id, 'unattributed:claude_ai'
    ) as actor_id,
    user_costs.model,
    'billed' as spend_basis,
    'enterprise_user_cost_report' as spend_method,
    -- A currency without a rate gives NULL, and the not_null test on the ledger's money refuses it.
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
left join fx_rates
    on
        coalesce(user_costs.currency, 'USD') = fx_rates.currency
        and user_costs.usage_date >= fx_rates.valid_from
        and user_costs.usage_date < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))
