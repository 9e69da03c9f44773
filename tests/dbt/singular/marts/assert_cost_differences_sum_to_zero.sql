{#
Every step of the reconciliation ends where it says: from the list-price estimate its differences lead to the ledger,
from the ledger to the invoices, to the last billionth. The ends are summed here once more from their own tables.
#}
with

differences as (

    select * from {{ ref('mart_finance__cost_differences') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

invoice_months as (

    select * from {{ ref('int_finance__invoice_months') }}

),

ledger_months as (

    select
        vendor,
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        sum(spend_usd) as ledger_usd
    from ledger
    group by vendor, month_start_date

),

steps as (

    select
        vendor,
        month_start_date,
        step_name,
        sum(difference_usd) as sum_usd,
        sum(
            case when difference_reason = 'ledger' then abs(difference_usd) end
        ) as stated_ledger_usd,
        sum(case when difference_reason = 'invoice' then -difference_usd end) as stated_invoice_usd,
        count(case when entry_type = 'opening' then 1 end) as n_openings,
        count(case when entry_type = 'closing' then 1 end) as n_closings
    from differences
    group by vendor, month_start_date, step_name

)

select
    steps.vendor,
    steps.month_start_date,
    steps.step_name,
    steps.sum_usd,
    steps.stated_ledger_usd,
    ledger_months.ledger_usd,
    steps.stated_invoice_usd,
    invoice_months.invoice_usd
from steps
left join ledger_months
    on
        steps.vendor = ledger_months.vendor
        and steps.month_start_date = ledger_months.month_start_date
left join invoice_months
    on
        steps.vendor = invoice_months.vendor
        and steps.month_start_date = invoice_months.month_start_date
where
    steps.sum_usd <> 0
    or steps.n_openings <> 1
    or steps.n_closings <> 1
    or steps.stated_ledger_usd <> abs(coalesce(ledger_months.ledger_usd, {{ to_numeric("'0'") }}))
    or (
        steps.step_name = 'ledger_to_invoice'
        and (
            invoice_months.invoice_usd is null
            or steps.stated_invoice_usd <> invoice_months.invoice_usd
        )
    )
