{#
One row per vendor and complete month with money in the ledger and no invoice in the sheet, and one per
vendor and UTC day, three days old or more, whose money is still an estimate for want of a bill.
#}
with

reconciliation as (

    select * from {{ ref('mart_finance__cost_reconciliation') }}
    where is_complete_month and not has_invoice and ledger_usd <> 0

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where
        spend_basis = 'estimated'
        and usage_date < cast({{ dbt.dateadd('day', -3, as_of_date()) }} as date)

),

estimated_days as (

    select
        vendor,
        sum(spend_usd) as unbilled_usd,
        usage_date
    from ledger
    group by vendor, usage_date

),

gaps as (

    select
        'missing_invoice' as check_name,
        vendor,
        'is in the ledger and the sheet has no invoice of the month from' as gap_text,
        ledger_usd as unbilled_usd,
        month_start_date as gap_date
    from reconciliation

    union all

    select
        'missing_bill' as check_name,
        vendor,
        'is an estimate, because the vendor has sent no bill of' as gap_text,
        unbilled_usd,
        usage_date as gap_date
    from estimated_days

),

final as (

    select
        {{ finding_columns(
            check_name='check_name',
            check_scope='vendor',
            finding=sentence([
                'vendor', "': '", decimal_text('unbilled_usd'), "' USD '", 'gap_text', "' '",
                'gap_date'
            ]),
            observed_value='unbilled_usd',
            check_date='gap_date'
        ) }},
        vendor,
        cast(unbilled_usd as {{ numeric_type() }}) as unbilled_usd
    from gaps

)

select * from final
