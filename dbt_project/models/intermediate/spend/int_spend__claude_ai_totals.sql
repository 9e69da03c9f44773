{#
One row per UTC day and platform for which the vendor states what claude.ai cost the organisation: that total beside the rows
by user, and what of it is nobody's. `unattributed_usd` is the difference where the total is higher. Where it is lower, the
users' rows stand (somebody was charged), and what they have too much is taken off the day's other platforms, so
that the ledger never holds more of a day than the larger of the two; dq_organization_totals names it.
#}
with

organization_costs as (

    select * from {{ ref('stg_claude_ai__organization_costs') }}

),

user_charges as (

    select * from {{ ref('int_spend__claude_ai_user_charges') }}

),

product_platforms as (

    select * from {{ ref('product_platforms') }}
    where platform = 'claude_code'

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

totals as (

    select
        coalesce(product_platforms.platform, 'claude_ai') as platform,
        organization_costs.charged_usd
        * {{ to_numeric('fx_rates.usd_per_unit_text') }} as charged_usd,
        organization_costs.usage_date
    from organization_costs
    left join product_platforms
        on organization_costs.product = product_platforms.product
    left join fx_rates
        on
            coalesce(organization_costs.currency, 'USD') = fx_rates.currency
            and organization_costs.usage_date >= fx_rates.valid_from
            and organization_costs.usage_date
            < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))

),

-- A day of which a part has no rate is compared with nothing.
whole_days as (

    select usage_date
    from totals
    group by usage_date
    having count(*) = count(charged_usd)

),

stated as (

    select
        totals.platform,
        totals.charged_usd as organization_usd,
        cast(0 as {{ numeric_type() }}) as users_usd,
        totals.usage_date
    from totals
    inner join whole_days
        on totals.usage_date = whole_days.usage_date

    union all

    select
        user_charges.platform,
        cast(0 as {{ numeric_type() }}) as organization_usd,
        user_charges.spend_usd as users_usd,
        user_charges.usage_date
    from user_charges
    inner join whole_days
        on user_charges.usage_date = whole_days.usage_date

),

platform_days as (

    select
        platform,
        cast(sum(organization_usd) as {{ numeric_type() }}) as organization_usd,
        cast(sum(users_usd) as {{ numeric_type() }}) as users_usd,
        -- Each row may be rounded by half a unit of its last decimal, a millionth of a cent.
        cast(count(*) * {{ to_numeric("'0.00000001'") }} as {{ numeric_type() }}) as leeway_usd,
        usage_date
    from stated
    group by platform, usage_date

),

compared as (

    select
        platform,
        organization_usd,
        users_usd,
        case
            when abs(organization_usd - users_usd) <= leeway_usd
                then cast(0 as {{ numeric_type() }})
            else organization_usd - users_usd
        end as beyond_users_usd,
        usage_date
    from platform_days

),

day_sums as (

    select
        usage_date,
        cast(sum(beyond_users_usd) as {{ numeric_type() }}) as day_difference_usd,
        cast(
            sum(case when beyond_users_usd > 0 then beyond_users_usd else 0 end)
            as {{ numeric_type() }}
        ) as day_surplus_usd
    from compared
    group by usage_date

),

final as (

    select
        compared.platform,
        compared.organization_usd,
        compared.users_usd,
        compared.beyond_users_usd,
        case
            when compared.beyond_users_usd <= 0 or day_sums.day_difference_usd <= 0
                then cast(0 as {{ numeric_type() }})
            when day_sums.day_difference_usd = day_sums.day_surplus_usd
                then compared.beyond_users_usd
            else {{ proportional_part(
                'compared.beyond_users_usd',
                billionths('day_sums.day_difference_usd'), billionths('day_sums.day_surplus_usd')
            ) }}
        end as unattributed_usd,
        compared.usage_date
    from compared
    inner join day_sums
        on compared.usage_date = day_sums.usage_date

)

select * from final
