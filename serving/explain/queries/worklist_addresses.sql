with

uses as (

    select
        person_email,
        min(usage_date) as first_date
    from marts.fct_ai_spend_daily
    where person_email is not null and person_id is null
    group by person_email

)

select
    ledger.person_email,
    uses.first_date,
    max(ledger.usage_date) as last_date,
    sum(ledger.spend_usd) as spend_usd,
    string_agg(distinct ledger.platform, ', ' order by ledger.platform) as platforms,
    string_agg(distinct ledger.attribution_method, ', ' order by ledger.attribution_method) as methods
from marts.fct_ai_spend_daily as ledger
inner join uses
    on ledger.person_email = uses.person_email
where ledger.usage_date >= $since and ledger.person_id is null
group by ledger.person_email, uses.first_date
order by spend_usd desc, ledger.person_email
