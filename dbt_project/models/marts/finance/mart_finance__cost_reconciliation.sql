{#
One row per vendor and month: use at list price, the ledger and the invoices, and how far the ledger and the invoices
agree. The single differences are rows of mart_finance__cost_differences.

From the ledger to the invoices, in this order: credit notes of the invoices; priority-tier use, which the cost report
leaves out (whether a vendor invoices it is decided for all its months by those that fit to the cent, so that it cannot
hide another difference of about its size); then, each only where it brings the two amounts closer: use of open days that
has no bill yet, seats that nobody invoiced this month; then estimated money within its tolerance, half a cent per invoice of rounding, and what is
left is unexplained. A month whose days are not all loaded explains nothing: its difference is `days_not_loaded`.
Earlier states of a revised bill are not kept, so a late revision shows as use that is still without a bill.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

comparisons as (

    select * from {{ ref('int_finance__list_price_comparisons') }}

),

invoice_months as (

    select * from {{ ref('int_finance__invoice_months') }}

),

months as (

    select * from {{ ref('int_runs__months') }}

),

read_months as (

    select * from {{ ref('int_finance__read_months') }}
    where budget_scope = 'vendor'

),

rules as (

    select * from {{ ref('int_finance__rules') }}

),

ledger_months as (

    select
        vendor,
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        sum(spend_usd) as ledger_usd,
        sum(case when spend_basis = 'seat' then spend_usd end) as seat_cost_usd,
        sum(case when spend_basis = 'estimated' then spend_usd end) as estimated_usd,
        sum(case when spend_basis <> 'seat' and spend_usd < 0 then spend_usd end) as credit_usd,
        sum(
            case
                when
                    spend_method in (
                        'spend_snapshot_difference', 'invoice_effective_rate',
                        'enterprise_user_cost_report', 'enterprise_cost_report_rest'
                    )
                    then spend_usd
            end
        ) as unlisted_usd,
        max(case when spend_method = 'invoice_effective_rate' then 1 else 0 end)
            as invoice_rate_flag
    from ledger
    group by vendor, month_start_date

),

comparison_months as (

    select
        vendor,
        month_start_date,
        sum(list_price_estimate_usd) as list_price_estimate_usd,
        sum(compared_ledger_usd) as compared_ledger_usd,
        sum(
            case when difference_reason = 'priority_tier' then list_price_estimate_usd end
        ) as priority_usd,
        sum(
            case when difference_reason = 'late_revision' then list_price_estimate_usd end
        ) as late_usd
    from comparisons
    group by vendor, month_start_date

),

vendor_months as (

    select
        vendor,
        month_start_date
    from ledger_months

    union distinct

    select
        vendor,
        month_start_date
    from comparison_months

    union distinct

    select
        vendor,
        month_start_date
    from invoice_months

),

joined as (

    select
        vendor_months.vendor,
        vendor_months.month_start_date,
        comparison_months.list_price_estimate_usd,
        invoice_months.invoice_usd,
        coalesce(invoice_months.n_invoices, 0) as n_invoices,
        coalesce(months.n_days_loaded, 0) as n_days_loaded,
        coalesce(read_months.is_complete_month, months.is_complete_month, false)
            as is_complete_month,
        read_months.unread_reason,
        coalesce(read_months.is_seats_tab_read, true) as is_seats_tab_read,
        coalesce(months.is_provisional, false) as is_provisional,
        -- A month of which nothing was read has no ledger but what it has; one that was read and
        -- has no row has spent nothing.
        case
            when
                ledger_months.ledger_usd is not null
                or coalesce(read_months.is_read_so_far, months.month_start_date is not null)
                then coalesce(ledger_months.ledger_usd, {{ to_numeric("'0'") }})
        end as ledger_usd,
        coalesce(ledger_months.seat_cost_usd, {{ to_numeric("'0'") }}) as seat_cost_usd,
        coalesce(ledger_months.estimated_usd, {{ to_numeric("'0'") }}) as estimated_usd,
        coalesce(ledger_months.unlisted_usd, {{ to_numeric("'0'") }}) as unlisted_usd,
        coalesce(ledger_months.invoice_rate_flag, 0) as invoice_rate_flag,
        coalesce(comparison_months.compared_ledger_usd, {{ to_numeric("'0'") }}) as compared_usd,
        coalesce(comparison_months.priority_usd, {{ to_numeric("'0'") }}) as priority_usd,
        coalesce(comparison_months.late_usd, {{ to_numeric("'0'") }}) as late_usd,
        -- A credit that both sides state is no difference; one that only the ledger has may be
        -- inside an amount of the invoice.
        case
            when invoice_months.credit_usd < 0
                then
                    invoice_months.credit_usd
                    - coalesce(ledger_months.credit_usd, {{ to_numeric("'0'") }})
            else {{ to_numeric("'0'") }}
        end as credit_adjustment_usd,
        rules.estimate_tolerance_ratio,
        rules.rounding_usd_per_invoice,
        rules.seat_match_ratio
    from vendor_months
    cross join rules
    left join ledger_months
        on
            vendor_months.vendor = ledger_months.vendor
            and vendor_months.month_start_date = ledger_months.month_start_date
    left join comparison_months
        on
            vendor_months.vendor = comparison_months.vendor
            and vendor_months.month_start_date = comparison_months.month_start_date
    left join invoice_months
        on
            vendor_months.vendor = invoice_months.vendor
            and vendor_months.month_start_date = invoice_months.month_start_date
    left join months
        on vendor_months.month_start_date = months.month_start_date
    left join read_months
        on
            vendor_months.vendor = read_months.scope_key
            and vendor_months.month_start_date = read_months.month_start_date

),

with_credits as (

    select
        *,
        invoice_usd - ledger_usd - credit_adjustment_usd as rest_usd
    from joined

),

fitting as (

    select
        *,
        is_complete_month
        and priority_usd <> 0
        and abs(rest_usd - priority_usd)
        <= rounding_usd_per_invoice * n_invoices as fits_with_priority,
        is_complete_month
        and priority_usd <> 0
        and abs(rest_usd)
        <= rounding_usd_per_invoice * n_invoices as fits_without_priority
    from with_credits

),

fitting_vendors as (

    select
        vendor as fitting_vendor,
        sum(
            case when fits_with_priority then 1 else 0 end
            - case when fits_without_priority then 1 else 0 end
        ) as n_more_with_priority
    from fitting
    group by vendor

),

with_priority as (

    select
        fitting.*,
        case
            when not fitting.is_complete_month then {{ to_numeric("'0'") }}
            when fitting_vendors.n_more_with_priority > 0 then fitting.priority_usd
            when fitting_vendors.n_more_with_priority < 0 then {{ to_numeric("'0'") }}
            when
                abs(fitting.rest_usd - fitting.priority_usd) < abs(fitting.rest_usd)
                then fitting.priority_usd
            else {{ to_numeric("'0'") }}
        end as priority_tier_adjustment_usd
    from fitting
    inner join fitting_vendors
        on fitting.vendor = fitting_vendors.fitting_vendor

),

with_late as (

    select
        *,
        case
            when
                is_complete_month
                and abs(rest_usd - priority_tier_adjustment_usd - late_usd)
                < abs(rest_usd - priority_tier_adjustment_usd)
                then late_usd
            else {{ to_numeric("'0'") }}
        end as late_revision_adjustment_usd
    from with_priority

),

with_usage_rest as (

    select
        *,
        rest_usd - priority_tier_adjustment_usd - late_revision_adjustment_usd as usage_rest_usd
    from with_late

),

with_seats as (

    select
        *,
        case
            when
                is_complete_month
                and seat_cost_usd > 0
                -- Use that was taken from the invoice itself cannot show what else is in it.
                and invoice_rate_flag = 0
                and abs(usage_rest_usd + seat_cost_usd) < abs(usage_rest_usd)
                and abs(usage_rest_usd + seat_cost_usd)
                <= cast(abs(invoice_usd) * seat_match_ratio as {{ numeric_type() }})
                then -seat_cost_usd
            else {{ to_numeric("'0'") }}
        end as seat_adjustment_usd
    from with_usage_rest

),

with_rest as (

    select
        *,
        usage_rest_usd - seat_adjustment_usd as open_usd,
        cast(estimated_usd * estimate_tolerance_ratio as {{ numeric_type() }}) as tolerance_usd
    from with_seats

),

with_estimates as (

    select
        *,
        case
            when not is_complete_month then open_usd
            else {{ to_numeric("'0'") }}
        end as days_not_loaded_adjustment_usd,
        case
            when not is_complete_month or tolerance_usd <= 0 then {{ to_numeric("'0'") }}
            when open_usd > tolerance_usd then tolerance_usd
            when open_usd < -tolerance_usd then -tolerance_usd
            else open_usd
        end as estimated_days_adjustment_usd
    from with_rest

),

with_rounding as (

    select
        *,
        open_usd - days_not_loaded_adjustment_usd - estimated_days_adjustment_usd as last_usd,
        cast(
            rounding_usd_per_invoice * n_invoices as {{ numeric_type() }}
        ) as rounding_limit_usd
    from with_estimates

),

judged as (

    select
        *,
        case
            when abs(last_usd) <= rounding_limit_usd then last_usd
            else {{ to_numeric("'0'") }}
        end as rounding_adjustment_usd,
        case
            when abs(last_usd) <= rounding_limit_usd then {{ to_numeric("'0'") }}
            else last_usd
        end as unexplained_adjustment_usd,
        invoice_usd is not null and ledger_usd is not null as is_comparable
    from with_rounding

),

final as (

    select
        month_start_date,
        vendor,
        case
            when ledger_usd is null then 'no_ledger'
            when n_invoices = 0 then 'no_invoice'
            when invoice_usd is null then 'invoice_unreadable'
            when not is_complete_month then 'month_incomplete'
            when unexplained_adjustment_usd = 0 then 'explained'
            else 'unexplained'
        end as reconciliation_status,
        n_invoices,
        n_days_loaded,
        cast(list_price_estimate_usd as {{ numeric_type() }}) as list_price_estimate_usd,
        cast(ledger_usd as {{ numeric_type() }}) as ledger_usd,
        cast(invoice_usd as {{ numeric_type() }}) as invoice_usd,
        cast(
            case when is_seats_tab_read then seat_cost_usd end as {{ numeric_type() }}
        ) as seat_cost_usd,
        cast(estimated_usd as {{ numeric_type() }}) as estimated_usd,
        cast(
            ledger_usd
            - compared_usd
            - seat_cost_usd
            - unlisted_usd as {{ numeric_type() }}
        ) as list_unexplained_adjustment_usd,
        {% for reason in [
            'credit', 'priority_tier', 'late_revision', 'seat', 'estimated_days', 'days_not_loaded',
            'rounding'
        ] %}
        cast(
            case when is_comparable then {{ reason }}_adjustment_usd end as {{ numeric_type() }}
        ) as {{ reason }}_adjustment_usd,
        {% endfor %}
        cast(
            case when is_comparable and is_complete_month then unexplained_adjustment_usd end
            as {{ numeric_type() }}
        ) as unexplained_usd,
        case
            when not is_comparable or not is_complete_month then null
            when unexplained_adjustment_usd = 0 then {{ to_numeric("'0'") }}
            when abs(unexplained_adjustment_usd) >= abs(invoice_usd) then {{ to_numeric("'1'") }}
            else
                {{ share_of(
                    'cast(abs(unexplained_adjustment_usd) * 1000000 as ' ~ dbt.type_bigint() ~ ')',
                    'cast(abs(invoice_usd) * 1000000 as ' ~ dbt.type_bigint() ~ ')'
                ) }}
        end as unexplained_share,
        unread_reason,
        n_invoices > 0 as has_invoice,
        is_complete_month,
        is_provisional,
        {{ surrogate_key(['vendor', 'month_start_date']) }} as cost_reconciliation_id
    from judged

)

select * from final
