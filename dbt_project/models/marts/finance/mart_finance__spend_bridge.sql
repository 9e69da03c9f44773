{#
One row per month, vendor and platform, beside the month before: why spend changed. The effects add up to the change
exactly, because each is the difference of two amounts of one chain:

    C0           priced money of the month before (items with units: tokens of a model, charged events)
    S1           C0 × people now ÷ people before               headcount = S1 - C0
    S2           C0 × units now ÷ units before                 volume    = S2 - S1   (units per head)
    S3           Σ units now × price before, item by item      mix       = S3 - S2   (dearer or cheaper items)
    C1           priced money of this month                    price     = C1 - S3

A new item has no price before and is taken at its price now: it is mix, not price. Where one of the months has no people
(use that nobody owns), or one to four, of whom nothing is said, headcount is 0 and all of it volume; where one has no units, everything is volume. Outside the
chain, each its own difference: seats (fees), estimation (days without a bill), other (what has a price per no unit:
searches, code execution, charges without events). A longer month is more volume. Only two complete months compare.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

priced_items as (

    select * from {{ ref('int_finance__priced_items') }}

),

months as (

    select * from {{ ref('int_runs__months') }}

),

read_months as (

    select * from {{ ref('int_finance__read_months') }}
    where budget_scope = 'platform'

),

ledger_months as (

    select
        vendor,
        platform,
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        sum(spend_usd) as spend_usd,
        sum(
            case when spend_basis = 'seat' then spend_usd else {{ to_numeric("'0'") }} end
        ) as seat_cost_usd,
        sum(
            case when spend_basis = 'estimated' then spend_usd else {{ to_numeric("'0'") }} end
        ) as estimated_usd,
        count(
            distinct case when spend_basis <> 'seat' then coalesce(person_id, person_email) end
        ) as n_people
    from ledger
    group by vendor, platform, month_start_date

),

item_months as (

    select
        vendor,
        platform,
        month_start_date,
        sum(n_units) as n_units,
        sum(item_usd) as priced_usd
    from priced_items
    group by vendor, platform, month_start_date

),

totals as (

    select
        ledger_months.vendor,
        ledger_months.platform,
        ledger_months.month_start_date,
        ledger_months.spend_usd,
        ledger_months.seat_cost_usd,
        ledger_months.estimated_usd,
        ledger_months.n_people,
        coalesce(item_months.n_units, 0) as n_units,
        coalesce(item_months.priced_usd, {{ to_numeric("'0'") }}) as priced_usd
    from ledger_months
    left join item_months
        on
            ledger_months.vendor = item_months.vendor
            and ledger_months.platform = item_months.platform
            and ledger_months.month_start_date = item_months.month_start_date

),

-- Every month after the first loaded one, for every platform that has spend in it or before it.
pairs as (

    select
        totals.vendor,
        totals.platform,
        months.month_start_date,
        cast({{ dbt.dateadd('month', -1, 'months.month_start_date') }} as date) as previous_date
    from totals
    inner join months
        on
            totals.month_start_date = months.month_start_date
            or totals.month_start_date
            = cast({{ dbt.dateadd('month', -1, 'months.month_start_date') }} as date)
    group by totals.vendor, totals.platform, months.month_start_date, previous_date

),

-- Units of now at the price of before.
repriced as (

    select
        this_month.vendor,
        this_month.platform,
        this_month.month_start_date,
        sum(
            coalesce(
                {{ proportional_part(
                    'previous.item_usd', 'this_month.n_units', 'previous.n_units'
                ) }},
                this_month.item_usd
            )
        ) as repriced_usd
    from priced_items as this_month
    left join priced_items as previous
        on
            this_month.vendor = previous.vendor
            and this_month.platform = previous.platform
            and this_month.item_name = previous.item_name
            and cast({{ dbt.dateadd('month', -1, 'this_month.month_start_date') }} as date)
            = previous.month_start_date
    group by this_month.vendor, this_month.platform, this_month.month_start_date

),

joined as (

    select
        pairs.vendor,
        pairs.platform,
        pairs.month_start_date,
        pairs.previous_date,
        coalesce(this_month.n_people, 0) as n_people,
        coalesce(previous.n_people, 0) as previous_n_people,
        coalesce(this_month.n_units, 0) as n_units,
        coalesce(previous.n_units, 0) as previous_n_units,
        {% for column in ['spend_usd', 'seat_cost_usd', 'estimated_usd', 'priced_usd'] %}
        -- A month of which nothing was read is not one in which nothing was spent.
        case
            when coalesce(read_month.is_read_so_far, true)
                then coalesce(this_month.{{ column }}, {{ to_numeric("'0'") }})
            else this_month.{{ column }}
        end as {{ column }},
        case
            when coalesce(previous_read.is_read_so_far, true)
                then coalesce(previous.{{ column }}, {{ to_numeric("'0'") }})
            else previous.{{ column }}
        end as previous_{{ column }},
        {% endfor %}
        coalesce(repriced.repriced_usd, {{ to_numeric("'0'") }}) as repriced_usd,
        coalesce(read_month.is_complete_month, months.is_complete_month)
        and coalesce(previous_read.is_complete_month, previous_months.is_complete_month)
            as is_comparable
    from pairs
    inner join months
        on pairs.month_start_date = months.month_start_date
    inner join months as previous_months
        on pairs.previous_date = previous_months.month_start_date
    left join read_months as read_month
        on
            pairs.platform = read_month.scope_key
            and pairs.month_start_date = read_month.month_start_date
    left join read_months as previous_read
        on
            pairs.platform = previous_read.scope_key
            and pairs.previous_date = previous_read.month_start_date
    left join totals as this_month
        on
            pairs.vendor = this_month.vendor
            and pairs.platform = this_month.platform
            and pairs.month_start_date = this_month.month_start_date
    left join totals as previous
        on
            pairs.vendor = previous.vendor
            and pairs.platform = previous.platform
            and pairs.previous_date = previous.month_start_date
    left join repriced
        on
            pairs.vendor = repriced.vendor
            and pairs.platform = repriced.platform
            and pairs.month_start_date = repriced.month_start_date

),

chained as (

    select
        *,
        case
            when
                n_people >= {{ fewest_people() }}
                and previous_n_people >= {{ fewest_people() }}
                and n_units > 0
                and previous_n_units > 0
                then {{ proportional_part('previous_priced_usd', 'n_people', 'previous_n_people') }}
            else previous_priced_usd
        end as after_headcount_usd,
        case
            when n_units > 0 and previous_n_units > 0
                then {{ proportional_part('previous_priced_usd', 'n_units', 'previous_n_units') }}
            else priced_usd
        end as after_volume_usd,
        case
            when n_units > 0 and previous_n_units > 0 then repriced_usd
            else priced_usd
        end as after_mix_usd
    from joined

),

final as (

    select
        month_start_date,
        vendor,
        platform,
        cast({{ unless_few_people('previous_n_people') }} as {{ dbt.type_bigint() }})
            as n_previous_people,
        cast({{ unless_few_people('n_people') }} as {{ dbt.type_bigint() }}) as n_people,
        cast(previous_n_units as {{ dbt.type_bigint() }}) as n_previous_units,
        cast(n_units as {{ dbt.type_bigint() }}) as n_priced_units,
        cast(previous_spend_usd as {{ numeric_type() }}) as previous_spend_usd,
        cast(spend_usd as {{ numeric_type() }}) as spend_usd,
        cast(spend_usd - previous_spend_usd as {{ numeric_type() }}) as change_usd,
        cast(
            after_headcount_usd - previous_priced_usd as {{ numeric_type() }}
        ) as headcount_effect_usd,
        cast(after_volume_usd - after_headcount_usd as {{ numeric_type() }}) as volume_effect_usd,
        cast(after_mix_usd - after_volume_usd as {{ numeric_type() }}) as mix_effect_usd,
        cast(priced_usd - after_mix_usd as {{ numeric_type() }}) as price_effect_usd,
        cast(seat_cost_usd - previous_seat_cost_usd as {{ numeric_type() }}) as seat_effect_usd,
        cast(
            estimated_usd - previous_estimated_usd as {{ numeric_type() }}
        ) as estimation_effect_usd,
        cast(
            (spend_usd - seat_cost_usd - estimated_usd - priced_usd)
            - (
                previous_spend_usd
                - previous_seat_cost_usd
                - previous_estimated_usd
                - previous_priced_usd
            ) as {{ numeric_type() }}
        ) as other_effect_usd,
        is_comparable,
        {{ surrogate_key(['month_start_date', 'vendor', 'platform']) }} as spend_bridge_id
    from chained

)

select * from final
