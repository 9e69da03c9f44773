{#
One row per platform over the last 90 days and one per platform and UTC day: the share of ledger rows
that have an owner. The promise is on the window; a day can be one row.
#}
with

days as (

    select * from {{ ref('dq_spend_without_owner') }}

),

periods as (

    select
        'attributed_records' as check_name,
        platform,
        'in the last 90 days' as period_text,
        {{ sum_units('n_records') }} as n_records,
        {{ sum_units('n_attributed_records') }} as n_attributed_records,
        max(check_date) as check_date
    from days
    where check_date >= cast({{ dbt.dateadd('day', -90, as_of_date()) }} as date)
    group by platform

    union all

    select
        'attributed_records_of_day' as check_name,
        platform,
        {{ sentence(["'on '", 'check_date']) }} as period_text,
        n_records,
        n_attributed_records,
        check_date
    from days

),

shares as (

    select
        *,
        {{ share_of('n_attributed_records', 'n_records') }} as owned_share
    from periods

),

final as (

    select
        {{ finding_columns(
            check_name='check_name',
            check_scope='platform',
            finding=sentence([
                'n_attributed_records', "' of '", 'n_records', "' ledger rows of '", 'platform', "' '",
                'period_text', "' have an owner: '", percent_text('owned_share')
            ]),
            observed_value='owned_share',
            check_date='check_date'
        ) }},
        platform,
        n_records,
        n_attributed_records
    from shares

)

select * from final
