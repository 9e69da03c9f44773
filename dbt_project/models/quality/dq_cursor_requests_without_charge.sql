{#
One row per month that is over and has use-based Cursor requests whose charge is not known: their events could not be read,
no snapshot of the day is there, and the invoice gives no rate.
#}
with

usage as (

    select * from {{ ref('fact_cursor_daily_usage') }}
    where n_usage_based_requests > 0 and usage_cost_usd is null

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}
    where not has_cursor_events

),

invoice_months as (

    select * from {{ ref('int_spend__cursor_invoice_months') }}

),

uncharged as (

    select
        {{ trunc_date('month', 'usage.usage_date') }} as month_start_date,
        {{ sum_units('usage.n_usage_based_requests') }} as n_requests
    from usage
    inner join day_versions
        on usage.usage_date = day_versions.usage_date
    group by month_start_date

),

explained as (

    select
        uncharged.month_start_date,
        uncharged.n_requests,
        case
            when invoice_months.month_start_date is null
                then 'the invoices tab has no Cursor invoice of the month'
            when invoice_months.n_unreadable_invoices > 0
                then 'an amount of its Cursor invoices cannot be read'
            when invoice_months.n_invoices_without_rate > 0
                then 'a currency of its Cursor invoices has no rate in fx_rates'
            when not invoice_months.is_whole_month
                then
                    {{ sentence([
                        "'the invoice is for '", 'invoice_months.n_days_in_month',
                        "' days, of which '", 'invoice_months.n_days_loaded', "' are loaded'"
                    ]) }}
            else 'the invoice gives no rate'
        end as reason_text
    from uncharged
    left join invoice_months
        on uncharged.month_start_date = invoice_months.month_start_date
    where
        cast({{ dbt.last_day('uncharged.month_start_date', 'month') }} as date) < {{ as_of_date() }}

),

final as (

    select
        {{ finding_columns(
            check_name="'cursor_requests_without_charge'",
            check_scope="'cursor'",
            finding=sentence([
                'n_requests', "' use-based requests of the month from '", 'month_start_date',
                "' are in no sum: Cursor gave no events, and '", 'reason_text'
            ]),
            observed_value='n_requests',
            expected_value='0',
            check_date='month_start_date'
        ) }},
        n_requests
    from explained

)

select * from final
