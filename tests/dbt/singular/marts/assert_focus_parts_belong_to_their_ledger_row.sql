{#
What the ledger knows line by line is exported line by line: a rest without quantity exists only where the ledger
itself has no meter reading. Returns the rests of rows that are metered.
#}
select
    charge_id,
    spend_method,
    cost_component,
    billed_cost
from {{ ref('mart_finance__focus_cost_and_usage') }}
where
    quantity_basis <> 'metered'
    and spend_method in ('token_share', 'usage_at_list_price', 'event_charge', 'monthly_fee_by_day')
