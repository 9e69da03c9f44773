{#
What the ledger knows line by line is exported line by line: a rest without quantity exists only where the ledger
itself has no meter reading, or where two reports count the parts of a line under different actors, and then it is exactly
these parts. Returns the rests of rows that are metered, and those that are not their parts.
#}
with

divided_parts as (

    select
        spend_id,
        sum(spend_usd) as divided_usd
    from {{ ref('int_spend__ledger_parts') }}
    where counted_by = 'keyless' or counted_tokens <> origin_tokens
    group by spend_id

)

select
    charges.charge_id,
    charges.spend_method,
    charges.cost_component,
    charges.quantity_basis,
    charges.billed_cost,
    divided_parts.divided_usd
from {{ ref('mart_finance__focus_cost_and_usage') }} as charges
left join divided_parts
    on charges.spend_id = divided_parts.spend_id
where
    (
        charges.quantity_basis = 'not_reported'
        and charges.spend_method in (
            'token_share', 'usage_at_list_price', 'event_charge', 'monthly_fee_by_day'
        )
    )
    or (
        charges.quantity_basis = 'shared_by_use'
        and charges.billed_cost <> coalesce(divided_parts.divided_usd, 0)
    )
