select
    month_start_date,
    vendor,
    ledger_usd,
    invoice_usd,
    unexplained_usd,
    unexplained_share,
    replace(reconciliation_status, '_', ' ') as reconciliation_status
from marts.mart_finance__cost_reconciliation
where true [[and {{dates}}]] [[and {{vendor}}]]
order by month_start_date desc, vendor
