{#
One row per vendor, month, step and entry: the difference ledger behind mart_finance__cost_reconciliation. A step leads
from one amount to the next (list price to ledger, ledger to invoice). Its rows are the amount it starts from, every
difference with its reason, and the amount it arrives at with a minus: they sum to zero exactly. A month without an
invoice has no second step.
#}
with

reconciliations as (

    select * from {{ ref('mart_finance__cost_reconciliation') }}

),

comparisons as (

    select * from {{ ref('int_finance__list_price_comparisons') }}

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

unlisted as (

    select
        vendor,
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        case
            when spend_basis = 'seat' then 'seats'
            when
                spend_method in ('enterprise_user_cost_report', 'enterprise_cost_report_rest')
                then 'unpriced_component'
            else 'estimated_days'
        end as difference_reason,
        spend_usd as difference_usd
    from ledger
    where
        spend_basis = 'seat'
        or spend_method in (
            'spend_snapshot_difference', 'invoice_effective_rate', 'enterprise_user_cost_report',
            'enterprise_cost_report_rest'
        )

),

entries as (

    select
        vendor,
        month_start_date,
        1 as step_number,
        'opening' as entry_type,
        'list_price_estimate' as difference_reason,
        coalesce(list_price_estimate_usd, {{ to_numeric("'0'") }}) as difference_usd
    from reconciliations
    where ledger_usd is not null

    union all

    select
        vendor,
        month_start_date,
        1 as step_number,
        'difference' as entry_type,
        difference_reason,
        compared_ledger_usd - list_price_estimate_usd as difference_usd
    from comparisons
    where difference_reason <> 'matched'

    union all

    select
        vendor,
        month_start_date,
        1 as step_number,
        'difference' as entry_type,
        difference_reason,
        difference_usd
    from unlisted

    union all

    select
        vendor,
        month_start_date,
        1 as step_number,
        'difference' as entry_type,
        'unexplained' as difference_reason,
        list_unexplained_adjustment_usd as difference_usd
    from reconciliations
    where ledger_usd is not null

    union all

    select
        vendor,
        month_start_date,
        1 as step_number,
        'closing' as entry_type,
        'ledger' as difference_reason,
        -ledger_usd as difference_usd
    from reconciliations
    where ledger_usd is not null

    union all

    select
        vendor,
        month_start_date,
        2 as step_number,
        'opening' as entry_type,
        'ledger' as difference_reason,
        ledger_usd as difference_usd
    from reconciliations
    where ledger_usd is not null and invoice_usd is not null
    {% for reason, column in [
        ('credits', 'credit_adjustment_usd'), ('priority_tier', 'priority_tier_adjustment_usd'),
        ('late_revision', 'late_revision_adjustment_usd'), ('seats', 'seat_adjustment_usd'),
        ('estimated_days', 'estimated_days_adjustment_usd'),
        ('days_not_loaded', 'days_not_loaded_adjustment_usd'),
        ('rounding', 'rounding_adjustment_usd'), ('unexplained', 'unexplained_usd')
    ] %}
    union all

    select
        vendor,
        month_start_date,
        2 as step_number,
        'difference' as entry_type,
        '{{ reason }}' as difference_reason,
        {{ column }} as difference_usd
    from reconciliations
    where {{ column }} is not null
    {% endfor %}

    union all

    select
        vendor,
        month_start_date,
        2 as step_number,
        'closing' as entry_type,
        'invoice' as difference_reason,
        -invoice_usd as difference_usd
    from reconciliations
    where ledger_usd is not null and invoice_usd is not null

),

summed as (

    select
        vendor,
        month_start_date,
        step_number,
        entry_type,
        difference_reason,
        sum(difference_usd) as difference_usd
    from entries
    group by vendor, month_start_date, step_number, entry_type, difference_reason

),

final as (

    select
        month_start_date,
        vendor,
        case
            when step_number = 1 then 'list_price_to_ledger' else 'ledger_to_invoice'
        end as step_name,
        entry_type,
        difference_reason,
        cast(step_number as {{ dbt.type_bigint() }}) as step_number,
        cast(difference_usd as {{ numeric_type() }}) as difference_usd,
        {{ surrogate_key([
            'vendor', 'month_start_date', 'step_number', 'entry_type', 'difference_reason'
        ]) }} as cost_difference_id
    from summed
    -- Unexplained is said even when it is nothing; other reasons only when they explain something.
    where entry_type <> 'difference' or difference_reason = 'unexplained' or difference_usd <> 0

)

select * from final
