{# One row per line of the invoices tab, under the vendor that is meant, however it is called. #}
with

invoices as (

    select * from {{ ref('stg_sheets__invoices') }}

),

vendor_spellings as (

    select * from {{ ref('int_spend__vendor_spellings') }}

),

final as (

    select
        invoices.sheet_row,
        invoices.invoice_id,
        coalesce(vendor_spellings.vendor, invoices.vendor) as vendor,
        invoices.invoice_month_text,
        invoices.currency,
        invoices.invoice_amount_text,
        invoices.invoice_amount,
        invoices.month_start_date,
        invoices._loaded_at
    from invoices
    left join vendor_spellings
        on invoices.vendor = vendor_spellings.spelling

)

select * from final
