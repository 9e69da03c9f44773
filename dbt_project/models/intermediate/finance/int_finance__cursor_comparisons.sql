{#
One row per month and reason of Cursor's charges beside the same events at the model's own cost plus the token fee. An
event that is included in the plan, failed or ran on an own key is worth its list value and owed nothing, whatever price
it states.
#}
with

events as (

    select * from {{ ref('int_spend__cursor_valued_events') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

valued as (

    select
        events.usage_date,
        events.payment_kind,
        events.charged_usd,
        events.owed_usd,
        events.kept_out_usd,
        case
            when events.model_cost_usd is not null or events.token_fee_usd is not null
                then
                    coalesce(events.model_cost_usd, {{ to_numeric("'0'") }})
                    + coalesce(events.token_fee_usd, {{ to_numeric("'0'") }})
        end as list_usd
    from events
    inner join day_versions
        on events.usage_date = day_versions.usage_date

),

reasoned as (

    select
        usage_date,
        case
            when kept_out_usd is not null then 'charge_kept_out'
            when payment_kind = 'notional' then 'uncharged_usage'
            when charged_usd is null then 'charge_not_stated'
            when charged_usd < 0 then 'credits'
            when charged_usd = list_usd then 'matched'
            when charged_usd = 0 then 'uncharged_usage'
            when list_usd is null then 'unpriced_usage'
            when abs(charged_usd - list_usd) <= {{ to_numeric("'0.000001'") }} then 'rounding'
            else 'price_difference'
        end as difference_reason,
        coalesce(list_usd, {{ to_numeric("'0'") }}) as list_usd,
        coalesce(owed_usd, {{ to_numeric("'0'") }}) as ledger_usd
    from valued

),

final as (

    select
        'cursor' as vendor,
        difference_reason,
        sum(list_usd) as list_price_estimate_usd,
        sum(ledger_usd) as compared_ledger_usd,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from reasoned
    group by difference_reason, month_start_date

)

select * from final
