{#
The predecessor's cost table, read from here, is the ledger's money of the day and platform
except seats.
#}
with

legacy_cost as (

    select
        platform,
        sum(cast(cost_usd as {{ numeric_type() }})) as legacy_usd,
        cost_date as usage_date
    from {{ ref('mart_legacy__fct_cost_daily') }}
    group by platform, usage_date

),

ledger as (

    select
        {{ legacy_platform_word('platform') }} as platform,
        spend_usd,
        usage_date
    from {{ ref('fct_ai_spend_daily') }}
    where cost_component <> 'seat'

),

ledger_days as (

    select
        platform,
        sum(spend_usd) as ledger_usd,
        usage_date
    from ledger
    group by platform, usage_date

)

select
    coalesce(legacy_cost.platform, ledger_days.platform) as platform,
    coalesce(legacy_cost.usage_date, ledger_days.usage_date) as usage_date,
    legacy_cost.legacy_usd,
    ledger_days.ledger_usd
from legacy_cost
full outer join ledger_days
    on
        legacy_cost.platform = ledger_days.platform
        and legacy_cost.usage_date = ledger_days.usage_date
-- A float per row: each is off by less than a billionth of a dollar.
where
    abs(
        coalesce(legacy_cost.legacy_usd, {{ to_numeric("'0'") }})
        - coalesce(ledger_days.ledger_usd, {{ to_numeric("'0'") }})
    ) > {{ to_numeric("'0.000001'") }}
