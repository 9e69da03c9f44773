{#
One row per UTC day and platform: how much of the records and of the money has an owner, against
the promise of 95 %.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

by_day as (

    select
        platform,
        count(*) as n_records,
        count(case when attribution_method <> 'unattributed' then 1 end) as n_attributed_records,
        sum(spend_usd) as spend_usd,
        sum(
            case
                when attribution_method <> 'unattributed' then spend_usd else
                    {{ to_numeric("'0'") }}
            end
        ) as attributed_usd,
        usage_date as check_date
    from ledger
    group by platform, usage_date

),

final as (

    select
        check_date,
        platform,
        n_records,
        n_attributed_records,
        {{ share_of('n_attributed_records', 'n_records') }} as attributed_records_share,
        -- Where credits leave less in sum than its parts, there is no share.
        case
            when attributed_usd >= 0 and attributed_usd <= spend_usd
                then
                    {{ share_of(
                        'cast(attributed_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')',
                        'cast(spend_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')'
                    ) }}
        end as attributed_usd_share,
        cast(spend_usd as {{ numeric_type() }}) as spend_usd,
        cast(attributed_usd as {{ numeric_type() }}) as attributed_usd
    from by_day

)

select * from final
