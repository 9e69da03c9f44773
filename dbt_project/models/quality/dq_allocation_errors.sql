{#
One row per vendor whose own costs name the keys: which share of the money of the last 90 days the split of the bill by usage put
under other keys than these. Use of priority tier, which the bill lacks, is not compared.
#}
with

accuracy as (

    select * from {{ ref('mart_finance__allocation_accuracy') }}
    where
        has_no_priority_usage
        and usage_date >= cast({{ dbt.dateadd('day', -90, as_of_date()) }} as date)

),

-- A dollar under a wrong key is missing under the right one: half of the distances is what moved.
totals as (

    select
        count(distinct usage_date) as n_days,
        sum(vendor_list_usd) as vendor_list_usd,
        cast(sum(abs(allocation_error_usd)) / 2 as {{ numeric_type() }}) as misallocated_usd
    from accuracy

),

shares as (

    select
        *,
        {{ share_of(
            'cast(misallocated_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')', 'cast(vendor_list_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')'
        ) }} as misallocated_share
    from totals
    where vendor_list_usd > 0

),

final as (

    select
        {{ finding_columns(
            check_name="'allocation_error'",
            check_scope="'anthropic'",
            finding=sentence([
                "'the split of the bill by usage put '", decimal_text('misallocated_usd'), "' of '",
                decimal_text('vendor_list_usd'), "' USD of '", 'n_days',
                "' days under other keys than Anthropic names: '", percent_text('misallocated_share')
            ]),
            observed_value='misallocated_share',
            check_date=as_of_date()
        ) }},
        n_days,
        cast(vendor_list_usd as {{ numeric_type() }}) as vendor_list_usd,
        cast(misallocated_usd as {{ numeric_type() }}) as misallocated_usd
    from shares

)

select * from final
