{#
One row per month with a Cursor invoice: a fingerprint of what the month's rate per request is made from. The rate of one
day depends on the usage of all days of its month, on all seats and on the invoice, so a day that arrives late makes the
days beside it stale.
#}
with

partitions as (

    select * from {{ ref('stg_cursor__loaded_partitions') }}
    where usage_date is not null and resource_name in ('daily_usage', 'usage_events')

),

seats as (

    select * from {{ ref('stg_sheets__seats') }}

),

invoices as (

    select * from {{ ref('int_spend__invoices') }}
    where vendor = 'cursor' and month_start_date is not null

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

month_partitions as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        {{ dbt.hash(dbt.listagg(
            surrogate_key([
                'usage_date', 'resource_name', "case when resource_name = 'daily_usage' then content_hash end"
            ]),
            "'|'", 'order by usage_date, resource_name'
        )) }} as partitions_hash
    from partitions
    group by month_start_date

),

seat_lines as (

    select
        'seats' as paper,
        {{ surrogate_key([
            'vendor', 'platform', 'seat_email', 'monthly_usd_text', 'valid_from_text', 'valid_to_text'
        ]) }} as line_hash
    from seats

),

rate_lines as (

    select
        'fx_rates' as paper,
        {{ surrogate_key(['currency', 'usd_per_unit_text', 'valid_from', 'valid_to']) }}
            as line_hash
    from fx_rates

),

papers as (

    select * from seat_lines

    union all

    select * from rate_lines

),

all_papers as (

    select
        {{ dbt.hash(dbt.listagg('line_hash', "'|'", 'order by paper, line_hash')) }} as papers_hash
    from papers

),

month_invoices as (

    select
        month_start_date,
        {{ dbt.hash(dbt.listagg(
            surrogate_key(['invoice_id', 'invoice_amount_text', 'currency']),
            "'|'", 'order by sheet_row'
        )) }} as invoices_hash
    from invoices
    group by month_start_date

)

select
    {{ surrogate_key([
        'month_partitions.partitions_hash', 'month_invoices.invoices_hash', 'all_papers.papers_hash'
    ]) }} as month_version,
    month_invoices.month_start_date
from month_invoices
inner join month_partitions
    on month_invoices.month_start_date = month_partitions.month_start_date
cross join all_papers
