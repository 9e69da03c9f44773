{#
One row per vendor and complete month with an invoice: the money that neither the ledger nor a known
reason explains, as a share of the invoice.
#}
with

reconciliation as (

    select * from {{ ref('mart_finance__cost_reconciliation') }}
    where has_invoice and is_complete_month and unexplained_share is not null

),

final as (

    select
        {{ finding_columns(
            check_name="'reconciliation_drift'",
            check_scope='vendor',
            finding=sentence([
                'vendor', "' in the month of '", 'month_start_date', "': invoice '",
                decimal_text('invoice_usd'), "' USD, ledger '", decimal_text('ledger_usd'),
                "' USD; no reason is known for '", decimal_text('unexplained_usd'), "' USD'"
            ]),
            observed_value='unexplained_share',
            check_date='month_start_date'
        ) }},
        month_start_date,
        vendor,
        ledger_usd,
        invoice_usd,
        unexplained_usd
    from reconciliation

)

select * from final
