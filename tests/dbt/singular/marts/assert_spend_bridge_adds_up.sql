{#
Seven effects are the whole change, and the amounts at both ends are the ledger's: no platform with spend in one of two
neighbouring months is left out. A platform of which nothing was read in one of them has no change.
#}
with

bridge as (

    select * from {{ ref('mart_finance__spend_bridge') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

months as (

    select * from {{ ref('int_runs__months') }}

),

changes as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        vendor,
        platform,
        spend_usd as change_usd
    from ledger

    union all

    select
        cast(
            {{ dbt.dateadd('month', 1, trunc_date('month', 'usage_date')) }} as date
        ) as month_start_date,
        vendor,
        platform,
        -spend_usd as change_usd
    from ledger

),

unknown_changes as (

    select
        month_start_date,
        vendor,
        platform
    from bridge
    where change_usd is null

),

ledger_changes as (

    select
        changes.month_start_date,
        sum(changes.change_usd) as ledger_change_usd
    from changes
    inner join months
        on changes.month_start_date = months.month_start_date
    inner join months as previous_months
        on
            changes.month_start_date
            = cast({{ dbt.dateadd('month', 1, 'previous_months.month_start_date') }} as date)
    left join unknown_changes
        on
            changes.month_start_date = unknown_changes.month_start_date
            and changes.vendor = unknown_changes.vendor
            and changes.platform = unknown_changes.platform
    where unknown_changes.platform is null
    group by changes.month_start_date

),

bridge_changes as (

    select
        month_start_date,
        sum(
            headcount_effect_usd
            + volume_effect_usd
            + mix_effect_usd
            + price_effect_usd
            + seat_effect_usd
            + estimation_effect_usd
            + other_effect_usd
        ) as bridge_change_usd,
        sum(
            case
                when
                    headcount_effect_usd
                    + volume_effect_usd
                    + mix_effect_usd
                    + price_effect_usd
                    + seat_effect_usd
                    + estimation_effect_usd
                    + other_effect_usd
                    <> change_usd
                    then 1
                else 0
            end
        ) as n_broken_rows
    from bridge
    group by month_start_date

)

select
    ledger_changes.month_start_date,
    ledger_changes.ledger_change_usd,
    bridge_changes.bridge_change_usd,
    bridge_changes.n_broken_rows
from ledger_changes
left join bridge_changes
    on ledger_changes.month_start_date = bridge_changes.month_start_date
where
    bridge_changes.bridge_change_usd is null
    or bridge_changes.bridge_change_usd <> ledger_changes.ledger_change_usd
    or bridge_changes.n_broken_rows > 0
