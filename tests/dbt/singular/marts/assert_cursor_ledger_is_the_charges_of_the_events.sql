{# Cursor's money per day with events: their charges, whoever they name, and nothing else. #}
with

events as (

    select * from {{ ref('stg_cursor__usage_events') }}
    where charged_usd is not null

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where vendor = 'cursor' and cost_component <> 'seat'

),

event_days as (

    select * from {{ ref('int_runs__day_versions') }}
    where has_cursor_events

),

amounts as (

    select
        usage_date,
        charged_usd as source_usd,
        {{ to_numeric("'0'") }} as ledger_usd
    from events

    union all

    select
        usage_date,
        {{ to_numeric("'0'") }} as source_usd,
        spend_usd as ledger_usd
    from ledger

)

select
    amounts.usage_date,
    sum(amounts.source_usd) as source_usd,
    sum(amounts.ledger_usd) as ledger_usd
from amounts
inner join event_days
    on amounts.usage_date = event_days.usage_date
group by amounts.usage_date
having sum(amounts.source_usd) <> sum(amounts.ledger_usd)
