{#
One row per month, charged cost centre, vendor, platform and way of knowing who pays: what each cost centre is charged.

Money goes to the cost centre of its owner on the day of use. Money without an owner (`unattributed`) and money of people
without a cost centre (`no_cost_centre`) are rows of their own and stay with the centre that pays the vendors: they are
never spread and never dropped. `spend_usd` is exact and sums to the ledger. `charge_usd` is for the books: whole cents
that sum to the month's total rounded to cents (largest remainder: everybody's amount is cut to the cent, and the cents
that are missing go to the largest cut-off parts; ties to the larger amount, then to the key).
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

months as (

    select * from {{ ref('int_runs__months') }}

),

read_months as (

    select * from {{ ref('int_finance__read_months') }}

),

owned as (

    select
        vendor,
        platform,
        case
            when attribution_method = 'unattributed' then 'unattributed'
            when cost_centre is null then 'no_cost_centre'
            else 'attributed'
        end as charge_status,
        case
            when attribution_method = 'unattributed' then 'unattributed'
            else coalesce(cost_centre, 'no_cost_centre')
        end as charged_cost_centre,
        spend_basis,
        spend_usd,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from ledger

),

charges as (

    select
        {{ surrogate_key([
            'month_start_date', 'charge_status', 'charged_cost_centre', 'vendor', 'platform'
        ]) }} as chargeback_id,
        vendor,
        platform,
        charge_status,
        charged_cost_centre,
        {% for basis, amount in {
            'seat': 'seat_cost_usd', 'billed': 'billed_usd', 'allocated': 'allocated_usd',
            'estimated': 'estimated_usd'
        }.items() %}
        sum(
            case
                when spend_basis = '{{ basis }}' then spend_usd else {{ to_numeric("'0'") }}
            end
        ) as {{ amount }},
        {% endfor %}
        sum(
            case
                when spend_basis <> 'seat' then spend_usd else {{ to_numeric("'0'") }}
            end
        ) as usage_cost_usd,
        sum(spend_usd) as exact_usd,
        month_start_date
    from owned
    group by chargeback_id, vendor, platform, charge_status, charged_cost_centre, month_start_date

),

in_cents as (

    select
        *,
        {{ to_numeric('floor(exact_usd * 100)') }} as whole_cents,
        {{ to_numeric('exact_usd * 100') }} - {{ to_numeric('floor(exact_usd * 100)') }} as cut_off,
        {{ to_numeric('round(sum(exact_usd) over (partition by month_start_date) * 100, 0)') }}
            as month_cents
    from charges

),

ranked as (

    select
        *,
        month_cents - sum(whole_cents) over (partition by month_start_date) as n_missing_cents,
        row_number() over (
            partition by month_start_date
            order by cut_off desc, exact_usd desc, chargeback_id asc
        ) as cut_off_rank
    from in_cents

),

final as (

    select
        ranked.month_start_date,
        ranked.charged_cost_centre,
        ranked.charge_status,
        ranked.vendor,
        ranked.platform,
        -- No seats tab was ever read: nobody knows what seats cost.
        cast(
            case when coalesce(read_months.is_seats_tab_read, true) then ranked.seat_cost_usd end
            as {{ numeric_type() }}
        ) as seat_cost_usd,
        cast(ranked.usage_cost_usd as {{ numeric_type() }}) as usage_cost_usd,
        cast(ranked.billed_usd as {{ numeric_type() }}) as billed_usd,
        cast(ranked.allocated_usd as {{ numeric_type() }}) as allocated_usd,
        cast(ranked.estimated_usd as {{ numeric_type() }}) as estimated_usd,
        cast(ranked.exact_usd as {{ numeric_type() }}) as spend_usd,
        cast(
            (
                ranked.whole_cents
                + case when ranked.cut_off_rank <= ranked.n_missing_cents then 1 else 0 end
            ) * {{ to_numeric("'0.01'") }} as {{ numeric_type() }}
        ) as charge_usd,
        case
            when ranked.charge_status = 'attributed' then 'owner_on_the_day_of_use'
            else 'kept_where_the_vendor_is_paid'
        end as allocation_method,
        read_months.unread_reason,
        ranked.charge_status = 'attributed' as is_attributed,
        coalesce(read_months.is_complete_month, months.is_complete_month, false)
            as is_complete_month,
        coalesce(months.is_provisional, false) as is_provisional,
        ranked.chargeback_id
    from ranked
    left join months
        on ranked.month_start_date = months.month_start_date
    left join read_months
        on
            read_months.budget_scope = 'platform'
            and ranked.platform = read_months.scope_key
            and ranked.month_start_date = read_months.month_start_date

)

select * from final
