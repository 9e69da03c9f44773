{#
One row per Cursor usage event with what its price means. The vendor states `chargedCents` for every event; the invoice
carries it only for use-based events. What the seat covers, failed, ran over an own key or was given is worth its price
and is not paid (`notional_usd`). A kind that no rule knows says neither: its money is kept out (`kept_out_usd`), and
dq_cursor_charges_kept_out names it.
#}
with

events as (

    select * from {{ ref('stg_cursor__usage_events') }}

),

rules as (

    select * from {{ ref('cursor_event_kind_rules') }}

),

kinds as (

    select
        event_kind,
        {{ compact_word('event_kind') }} as compact_kind
    from events
    where event_kind is not null
    group by event_kind

),

matched as (

    select
        kinds.event_kind,
        rules.is_owed,
        row_number() over (
            partition by kinds.event_kind
            order by rules.rule_priority, rules.rule_id
        ) as match_rank
    from kinds
    inner join rules
        on {{ regexp_matches('kinds.compact_kind', 'rules.match_pattern') }}

),

known_kinds as (

    select * from matched
    where match_rank = 1

),

final as (

    select
        events.event_row,
        case
            when events.user_email is not null then 'person'
            when events.service_account_id is not null then 'service_account'
            else 'unattributed'
        end as actor_type,
        coalesce(events.user_email, events.service_account_id, 'unattributed:cursor') as actor_id,
        events.user_email,
        events.model,
        events.event_kind,
        events.stated_amount_text,
        case
            when known_kinds.is_owed then 'owed'
            when not known_kinds.is_owed then 'notional'
            else 'unknown'
        end as payment_kind,
        events.model_cost_usd,
        events.token_fee_usd,
        events.charged_usd,
        case when known_kinds.is_owed then events.charged_usd end as owed_usd,
        case when not known_kinds.is_owed then events.charged_usd end as notional_usd,
        -- Nothing is nothing, whatever its kind.
        case
            when known_kinds.is_owed is null and events.charged_usd <> 0 then events.charged_usd
        end as kept_out_usd,
        events.usage_date
    from events
    left join known_kinds
        on events.event_kind = known_kinds.event_kind

)

select * from final
