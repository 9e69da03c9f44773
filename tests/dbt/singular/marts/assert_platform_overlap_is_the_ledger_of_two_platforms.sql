{#
A person in platform_overlap has two platforms or more, and their money is the person's money of
the category in the ledger.
Returns the people and months that differ.
#}
with

pairs as (

    select
        month_start_date,
        category,
        coalesce(person_id, person_email) as person_key,
        count(*) as n_rows,
        max(n_platforms) as n_platforms,
        sum(spend_usd) as overlap_total,
        max(category_spend_usd) as category_total
    from {{ ref('mart_finance__platform_overlap') }}
    group by month_start_date, category, coalesce(person_id, person_email)

),

ledger as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        category,
        coalesce(person_id, person_email) as person_key,
        sum(spend_usd) as ledger_total,
        count(distinct platform) as n_platforms
    from {{ ref('fct_ai_spend_daily') }}
    group by {{ trunc_date('month', 'usage_date') }}, category, coalesce(person_id, person_email)

)

select
    pairs.person_key,
    pairs.month_start_date,
    pairs.overlap_total,
    ledger.ledger_total
from pairs
left join ledger
    on
        pairs.month_start_date = ledger.month_start_date
        and pairs.category = ledger.category
        and pairs.person_key = ledger.person_key
where
    pairs.n_rows < 2
    or pairs.n_rows <> pairs.n_platforms
    or pairs.overlap_total <> pairs.category_total
    or ledger.ledger_total is null
    or (pairs.n_rows = ledger.n_platforms and pairs.overlap_total <> ledger.ledger_total)
