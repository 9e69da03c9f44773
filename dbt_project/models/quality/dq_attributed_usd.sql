{#
One row per platform over the last 90 days and one per platform and UTC day: the share of the money that
has an owner. The promise is on the window; a day can be a few cents.
#}
with

days as (

    select * from {{ ref('dq_spend_without_owner') }}

),

periods as (

    select
        'attributed_usd' as check_name,
        platform,
        'in the last 90 days' as period_text,
        sum(spend_usd) as spend_usd,
        sum(attributed_usd) as attributed_usd,
        max(check_date) as check_date
    from days
    where check_date >= cast({{ dbt.dateadd('day', -90, as_of_date()) }} as date)
    group by platform

    union all

    select
        'attributed_usd_of_day' as check_name,
        platform,
        {{ sentence(["'on '", 'check_date']) }} as period_text,
        spend_usd,
        attributed_usd,
        check_date
    from days

),

-- Credits can leave nothing, or less, to have a share of.
shares as (

    select
        *,
        {{ share_of(
            'cast(attributed_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')', 'cast(spend_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')'
        ) }} as owned_share
    from periods
    where spend_usd > 0 and attributed_usd >= 0 and attributed_usd <= spend_usd

),

final as (

    select
        {{ finding_columns(
            check_name='check_name',
            check_scope='platform',
            finding=sentence([
                decimal_text('attributed_usd'), "' of '", decimal_text('spend_usd'), "' USD of '", 'platform', "' '",
                'period_text', "' have an owner: '", percent_text('owned_share'), "'; '",
                decimal_text('(spend_usd - attributed_usd)'), "' USD have none'"
            ]),
            observed_value='owned_share',
            check_date='check_date'
        ) }},
        platform,
        cast(spend_usd as {{ numeric_type() }}) as spend_usd,
        cast(attributed_usd as {{ numeric_type() }}) as attributed_usd
    from shares

)

select * from final
