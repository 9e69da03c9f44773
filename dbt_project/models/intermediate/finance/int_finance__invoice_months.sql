{#
One row per vendor and invoice month: the invoices in US dollars, at the rate of the month's last day. A line that is
typed twice (same invoice id and amount, however both are written) counts once. One line whose amount cannot be read or whose currency has no rate
makes the month's sum unknown: part of an invoice is not an invoice.
#}
with

invoices as (

    select * from {{ ref('int_spend__invoices') }}
    where vendor is not null and month_start_date is not null

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

numbered as (

    select
        *,
        cast({{ dbt.last_day('month_start_date', 'month') }} as date) as rate_date,
        row_number() over (
            partition by
                vendor,
                month_start_date,
                lower(invoice_id),
                invoice_amount,
                case when invoice_amount is null then invoice_amount_text end,
                coalesce(currency, 'USD')
            order by sheet_row
        ) as copy_number
    from invoices

),

converted as (

    select
        numbered.vendor,
        numbered.month_start_date,
        numbered.invoice_amount_text,
        numbered.invoice_amount,
        fx_rates.currency as known_currency,
        cast(
            numbered.invoice_amount
            * {{ to_numeric('fx_rates.usd_per_unit_text') }} as {{ numeric_type() }}
        ) as line_usd
    from numbered
    left join fx_rates
        on
            coalesce(numbered.currency, 'USD') = fx_rates.currency
            and numbered.rate_date >= fx_rates.valid_from
            and numbered.rate_date < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))
    where numbered.copy_number = 1 or numbered.invoice_id is null

),

final as (

    select
        vendor,
        month_start_date,
        count(*) as n_invoices,
        count(case when invoice_amount is null then 1 end) as n_unreadable_invoices,
        count(case when known_currency is null then 1 end) as n_invoices_without_rate,
        case when count(*) = count(line_usd) then sum(line_usd) end as invoice_usd,
        case
            when count(*) = count(line_usd)
                then sum(
                        case when line_usd < 0 then line_usd else {{ to_numeric("'0'") }} end
                    )
        end as credit_usd
    from converted
    group by vendor, month_start_date

)

select * from final
