{#
Money with a person's address plus money whose method is `unattributed` is all the money, per day
and platform; and what the quality report calls total and attributed is just that.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

reported as (

    select * from {{ ref('dq_spend_without_owner') }}

),

by_day as (

    select
        usage_date,
        platform,
        sum(spend_usd) as spend_usd,
        coalesce(
            sum(case when person_email is not null then spend_usd end), {{ to_numeric("'0'") }}
        ) as attributed_usd,
        coalesce(
            sum(case when attribution_method = 'unattributed' then spend_usd end),
            {{ to_numeric("'0'") }}
        ) as unattributed_usd
    from ledger
    group by usage_date, platform

)

select
    by_day.usage_date,
    by_day.platform,
    by_day.spend_usd,
    by_day.attributed_usd,
    by_day.unattributed_usd,
    reported.spend_usd as reported_total_usd,
    reported.attributed_usd as reported_attributed_usd
from by_day
left join reported
    on
        by_day.usage_date = reported.check_date
        and by_day.platform = reported.platform
where
    by_day.attributed_usd + by_day.unattributed_usd <> by_day.spend_usd
    or reported.spend_usd is null
    or reported.spend_usd <> by_day.spend_usd
    or reported.attributed_usd <> by_day.attributed_usd
