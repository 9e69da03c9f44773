{#
One row per line of the invoices tab; an invoice is what the ledger is reconciled with and never
enters it.
#}
{# A cell that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'invoices') }}

),

cells as (

    select
        sheet_row,
        {% for cell in [
            'vendor', 'invoice_month', 'amount', 'currency', 'invoice_id'
        ] %}
        {{ identity_text(cell) }} as {{ cell }},
        {% endfor %}
        _loaded_at
    from source

),

renamed as (

    select
        sheet_row,
        invoice_id,
        {{ company_word('vendor') }} as vendor,
        invoice_month as invoice_month_text,
        upper(currency) as currency,
        amount as invoice_amount_text,
        {{ strict_decimal('amount') }} as invoice_amount,
        {{ strict_month('invoice_month') }} as month_start_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from cells

)

select * from renamed
