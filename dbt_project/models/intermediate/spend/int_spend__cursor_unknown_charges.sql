{#
One row per Cursor e-mail and UTC day with an event of which it is not known what is owed for it: the vendor does not state
the charge, or no rule knows the kind of event. Not an event that was free.
#}
with

events as (

    select * from {{ ref('int_spend__cursor_valued_events') }}

)

select
    user_email,
    count(*) as n_events,
    usage_date
from events
where
    user_email is not null
    and (
        kept_out_usd is not null
        or (payment_kind <> 'notional' and charged_usd is null)
    )
group by user_email, usage_date
