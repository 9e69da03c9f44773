{#
One row per Cursor e-mail and UTC day with an event whose charge the vendor does not state: not an event that was free.
#}
with

events as (

    select * from {{ ref('stg_cursor__usage_events') }}

)

select
    user_email,
    count(*) as n_events,
    usage_date
from events
where user_email is not null and charged_usd is null
group by user_email, usage_date
