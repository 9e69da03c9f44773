{#
One row per budget scope, scope value and UTC day, from the scope's first spend to the end of AS_OF's month: the series
that budgets, forecasts and anomalies are computed from. A day without spend is 0 if all sources that the scope needs were
read on it; if some were not it is `partly_loaded`, with the part that is known, and no evidence, and so is a day of which
only the seats are known; a day that is not loaded is NULL. Use is NULL where no source of usage has the day. Of a day
ahead only the seat fees are known. The newest days (rule settling_days) are `unsettled`: late buckets and bills still
come, so they are shown and no evidence.

Usage of a weekday: mean of the last four same weekdays that are settled, this day included. Expected spend of a day: a
settled day as it is; any other day as its seat fees plus the larger of the usage that is known and what its weekday
lets expect.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

seat_days_ahead as (

    select * from {{ ref('int_finance__seat_days_ahead') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

read_days as (

    select * from {{ ref('int_finance__read_days') }}

),

rules as (

    select * from {{ ref('int_finance__rules') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

spend as (

    select
        category,
        vendor,
        platform,
        team_name as team,
        department_name as department,
        cost_centre,
        usage_date,
        sum(spend_usd) as spend_usd,
        sum(
            case when spend_basis = 'seat' then spend_usd else {{ to_numeric("'0'") }} end
        ) as seat_cost_usd,
        sum(
            case when spend_basis = 'estimated' then spend_usd else {{ to_numeric("'0'") }} end
        ) as estimated_usd
    from ledger
    group by category, vendor, platform, team, department, cost_centre, usage_date

    union all

    select
        category,
        vendor,
        platform,
        team_name as team,
        department_name as department,
        cost_centre,
        usage_date,
        sum(seat_cost_usd) as spend_usd,
        sum(seat_cost_usd) as seat_cost_usd,
        {{ to_numeric("'0'") }} as estimated_usd
    from seat_days_ahead
    group by category, vendor, platform, team, department, cost_centre, usage_date

),

scoped as (

    select
        'company' as budget_scope,
        'all' as budget_scope_value,
        usage_date,
        spend_usd,
        seat_cost_usd,
        estimated_usd
    from spend
    {% for scope in ['category', 'vendor', 'platform', 'team', 'department', 'cost_centre'] %}

    union all

    select
        '{{ scope }}' as budget_scope,
        {{ scope }} as budget_scope_value,
        usage_date,
        spend_usd,
        seat_cost_usd,
        estimated_usd
    from spend
    where {{ scope }} is not null
    {% endfor %}

),

totals as (

    select
        budget_scope,
        budget_scope_value,
        usage_date,
        sum(spend_usd) as spend_usd,
        sum(seat_cost_usd) as seat_cost_usd,
        sum(estimated_usd) as estimated_usd
    from scoped
    group by budget_scope, budget_scope_value, usage_date

),

series as (

    select
        budget_scope,
        budget_scope_value,
        min(usage_date) as first_date
    from totals
    group by budget_scope, budget_scope_value

),

calendar as (

    select
        series.budget_scope,
        series.budget_scope_value,
        dates.calendar_date as usage_date,
        dates.iso_weekday,
        dates.month_start_date,
        case
            when day_versions.usage_date is null and dates.calendar_date >= {{ as_of_date() }}
                then 'ahead'
            when day_versions.usage_date is null then 'not_loaded'
            when not day_versions.is_loaded or not read_days.is_read then 'partly_loaded'
            when
                {{ dbt.datediff('dates.calendar_date', as_of_date(), 'day') }} > rules.settling_days
                then 'settled'
            else 'unsettled'
        end as day_status,
        coalesce(day_versions.is_usage_loaded, false) as is_usage_loaded
    from series
    cross join rules
    inner join dates
        on
            series.first_date <= dates.calendar_date
            and dates.calendar_date
            <= cast({{ dbt.last_day(as_of_date(), 'month') }} as date)
    left join day_versions
        on dates.calendar_date = day_versions.usage_date
    left join read_days
        on
            series.budget_scope = read_days.budget_scope
            and case
                when series.budget_scope in ('company', 'team', 'department', 'cost_centre')
                    then '*'
                else series.budget_scope_value
            end = read_days.scope_key
            and dates.calendar_date = read_days.usage_date

),

filled as (

    select
        calendar.*,
        coalesce(totals.seat_cost_usd, {{ to_numeric("'0'") }}) as seat_cost_usd,
        case
            -- Not loaded or ahead; or only its seats are known, and nobody has looked for use.
            when not calendar.is_usage_loaded then null
            -- What is known is what the ledger has; nothing there is nothing known.
            when calendar.day_status = 'partly_loaded'
                then nullif(totals.spend_usd - totals.seat_cost_usd, 0)
            else
                coalesce(totals.spend_usd, {{ to_numeric("'0'") }})
                - coalesce(totals.seat_cost_usd, {{ to_numeric("'0'") }})
        end as usage_cost_usd,
        case
            when not calendar.is_usage_loaded then null
            when calendar.day_status = 'partly_loaded' then nullif(totals.estimated_usd, 0)
            else coalesce(totals.estimated_usd, {{ to_numeric("'0'") }})
        end as estimated_usd
    from calendar
    left join totals
        on
            calendar.budget_scope = totals.budget_scope
            and calendar.budget_scope_value = totals.budget_scope_value
            and calendar.usage_date = totals.usage_date

),

evidence as (

    select
        *,
        case when day_status = 'settled' then usage_cost_usd end as settled_usd
    from filled

),

windows as (

    select
        *,
        sum(settled_usd) over (
            partition by budget_scope, budget_scope_value, iso_weekday
            order by usage_date
            rows between 3 preceding and current row
        ) as weekday_sum_usd,
        count(settled_usd) over (
            partition by budget_scope, budget_scope_value, iso_weekday
            order by usage_date
            rows between 3 preceding and current row
        ) as n_weekday_days,
        sum(settled_usd) over (
            partition by budget_scope, budget_scope_value
            order by usage_date
            rows between unbounded preceding and current row
        ) as sum_to_date_usd,
        count(settled_usd) over (
            partition by budget_scope, budget_scope_value
            order by usage_date
            rows between unbounded preceding and current row
        ) as n_settled_days
    from evidence

),

means as (

    select
        *,
        {{ proportional_part('weekday_sum_usd', '1', 'n_weekday_days') }}
            as weekday_usage_usd_per_day,
        {{ proportional_part('sum_to_date_usd', '1', 'n_settled_days') }}
            as mean_usage_usd_per_day
    from windows

),

origins as (

    select
        budget_scope,
        budget_scope_value,
        max(usage_date) as origin_date
    from means
    where day_status = 'settled'
    group by budget_scope, budget_scope_value

),

last_week as (

    select
        means.budget_scope,
        means.budget_scope_value,
        means.iso_weekday,
        means.weekday_usage_usd_per_day
    from means
    inner join origins
        on
            means.budget_scope = origins.budget_scope
            and means.budget_scope_value = origins.budget_scope_value
            and means.usage_date <= origins.origin_date
            and means.usage_date
            > cast({{ dbt.dateadd('day', -7, 'origins.origin_date') }} as date)

),

final as (

    select
        means.usage_date,
        means.month_start_date,
        means.budget_scope,
        means.budget_scope_value,
        means.day_status,
        cast(means.n_weekday_days as {{ dbt.type_bigint() }}) as n_weekday_days,
        cast(means.n_settled_days as {{ dbt.type_bigint() }}) as n_settled_days,
        cast(means.iso_weekday as {{ dbt.type_bigint() }}) as iso_weekday,
        cast(
            case
                when means.day_status in ('not_loaded', 'ahead') then null
                when means.day_status in ('settled', 'unsettled')
                    then
                        coalesce(means.usage_cost_usd, {{ to_numeric("'0'") }})
                        + means.seat_cost_usd
                when means.usage_cost_usd is null then nullif(means.seat_cost_usd, 0)
                else means.usage_cost_usd + means.seat_cost_usd
            end as {{ numeric_type() }}
        ) as spend_usd,
        cast(
            case when means.day_status <> 'not_loaded' then means.seat_cost_usd end
            as {{ numeric_type() }}
        ) as seat_cost_usd,
        cast(means.usage_cost_usd as {{ numeric_type() }}) as usage_cost_usd,
        cast(means.estimated_usd as {{ numeric_type() }}) as estimated_usd,
        cast(
            case
                when means.day_status = 'settled'
                    then
                        coalesce(means.usage_cost_usd, {{ to_numeric("'0'") }})
                        + means.seat_cost_usd
                else
                    means.seat_cost_usd
                    + greatest(
                        coalesce(means.usage_cost_usd, {{ to_numeric("'0'") }}),
                        coalesce(
                            last_week.weekday_usage_usd_per_day,
                            means.mean_usage_usd_per_day,
                            {{ to_numeric("'0'") }}
                        )
                    )
            end as {{ numeric_type() }}
        ) as expected_spend_usd,
        means.weekday_usage_usd_per_day,
        means.mean_usage_usd_per_day,
        {{ surrogate_key([
            'means.budget_scope', 'means.budget_scope_value', 'means.usage_date'
        ]) }} as daily_spend_id
    from means
    left join last_week
        on
            means.budget_scope = last_week.budget_scope
            and means.budget_scope_value = last_week.budget_scope_value
            and means.iso_weekday = last_week.iso_weekday

)

select * from final
