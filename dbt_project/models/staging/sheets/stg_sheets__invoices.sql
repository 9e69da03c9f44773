{#
One row per line of the invoices tab; an invoice is what the ledger is reconciled with and never
enters it.
#}
{# A date that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'invoices') }}

),

renamed as (

    select
        sheet_row,
        {{ blank_to_null('invoice_id') }} as invoice_id,
        nullif(lower(trim(vendor)), '') as vendor,
        {{ blank_to_null('invoice_month') }} as invoice_month_text,
        upper(nullif(trim(currency), '')) as currency,
        {{ blank_to_null('amount') }} as invoice_amount_text,
        {{ try_cast("nullif(trim(amount), '')", numeric_type()) }} as invoice_amount,
        {{ try_cast(
            dbt.concat(["substr(trim(invoice_month), 1, 7)", "'-01'"]), 'date'
        ) }} as month_start_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
