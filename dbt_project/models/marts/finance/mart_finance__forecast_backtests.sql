{#
One row per budget scope, scope value and day of a month that is past, or its eve, taken as "today": what each method
would have forecast for the month, and what the month came to. Only months all of whose days are loaded and settled,
except the last day of each. The eve has nothing of the month yet, as AS_OF has on the first days of one.

run rate   = spend to date ÷ days to date × days of the month
weekday    = spend to date + seat fees of the days left (known in advance) + for each day left the mean usage of the
             last four same weekdays up to "today" (all days up to then, while a weekday has no history)
#}
with

daily_spend as (

    select * from {{ ref('mart_finance__daily_spend') }}

),

month_totals as (

    select
        budget_scope,
        budget_scope_value,
        month_start_date,
        max({{ days_in_month('usage_date') }}) as n_days_in_month,
        count(case when day_status = 'settled' then 1 end) as n_settled_in_month,
        sum(spend_usd) as actual_usd,
        sum(seat_cost_usd) as month_seat_usd
    from daily_spend
    group by budget_scope, budget_scope_value, month_start_date

),

whole_months as (

    select * from month_totals
    where n_settled_in_month = n_days_in_month

),

origins as (

    select
        daily_spend.budget_scope,
        daily_spend.budget_scope_value,
        daily_spend.month_start_date,
        daily_spend.usage_date as origin_date,
        daily_spend.mean_usage_usd_per_day,
        whole_months.n_days_in_month,
        whole_months.actual_usd,
        whole_months.month_seat_usd,
        cast(
            {{ dbt.datediff('daily_spend.month_start_date', 'daily_spend.usage_date', 'day') }} + 1
            as {{ dbt.type_bigint() }}
        ) as n_days_elapsed,
        sum(daily_spend.spend_usd) over (
            partition by
                daily_spend.budget_scope,
                daily_spend.budget_scope_value,
                daily_spend.month_start_date
            order by daily_spend.usage_date
            rows between unbounded preceding and current row
        ) as spend_to_date_usd,
        sum(daily_spend.seat_cost_usd) over (
            partition by
                daily_spend.budget_scope,
                daily_spend.budget_scope_value,
                daily_spend.month_start_date
            order by daily_spend.usage_date
            rows between unbounded preceding and current row
        ) as seat_to_date_usd
    from daily_spend
    inner join whole_months
        on
            daily_spend.budget_scope = whole_months.budget_scope
            and daily_spend.budget_scope_value = whole_months.budget_scope_value
            and daily_spend.month_start_date = whole_months.month_start_date

),

eves as (

    select
        daily_spend.budget_scope,
        daily_spend.budget_scope_value,
        whole_months.month_start_date,
        daily_spend.usage_date as origin_date,
        daily_spend.mean_usage_usd_per_day,
        whole_months.n_days_in_month,
        whole_months.actual_usd,
        whole_months.month_seat_usd,
        cast(0 as {{ dbt.type_bigint() }}) as n_days_elapsed,
        {{ to_numeric("'0'") }} as spend_to_date_usd,
        {{ to_numeric("'0'") }} as seat_to_date_usd
    from daily_spend
    inner join whole_months
        on
            daily_spend.budget_scope = whole_months.budget_scope
            and daily_spend.budget_scope_value = whole_months.budget_scope_value
            and daily_spend.usage_date
            = cast({{ dbt.dateadd('day', -1, 'whole_months.month_start_date') }} as date)

),

all_origins as (

    select * from origins

    union all

    select * from eves

),

-- The weekday of the day j after the origin was last seen 7 - j days before it.
weekdays_ahead as (
    {% for ahead in range(1, 8) %}
    select
        {{ ahead }} as first_day_ahead,
        {{ 7 - ahead }} as n_days_back
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

remaining as (

    select
        all_origins.*,
        weekdays_ahead.n_days_back,
        cast(
            {{ dbt.dateadd('day', '-weekdays_ahead.n_days_back', 'all_origins.origin_date') }}
            as date
        ) as same_weekday_date,
        {% for week in range(5) %}
        case
            when
                weekdays_ahead.first_day_ahead + {{ 7 * week }}
                <= all_origins.n_days_in_month - all_origins.n_days_elapsed
                then 1
            else 0
        end {{ '+' if not loop.last }}
        {%- endfor %} as n_such_days_left
    from all_origins
    cross join weekdays_ahead
    where all_origins.n_days_elapsed < all_origins.n_days_in_month

),

expected as (

    select
        remaining.budget_scope,
        remaining.budget_scope_value,
        remaining.month_start_date,
        remaining.origin_date,
        remaining.n_days_elapsed,
        remaining.n_days_in_month,
        remaining.actual_usd,
        remaining.spend_to_date_usd,
        remaining.month_seat_usd - remaining.seat_to_date_usd as seat_ahead_usd,
        sum(
            cast(
                coalesce(
                    daily_spend.weekday_usage_usd_per_day, remaining.mean_usage_usd_per_day
                ) * remaining.n_such_days_left as {{ numeric_type() }}
            )
        ) as usage_ahead_usd
    from remaining
    left join daily_spend
        on
            remaining.budget_scope = daily_spend.budget_scope
            and remaining.budget_scope_value = daily_spend.budget_scope_value
            and remaining.same_weekday_date = daily_spend.usage_date
    group by
        remaining.budget_scope,
        remaining.budget_scope_value,
        remaining.month_start_date,
        remaining.origin_date,
        remaining.n_days_elapsed,
        remaining.n_days_in_month,
        remaining.actual_usd,
        remaining.spend_to_date_usd,
        remaining.month_seat_usd,
        remaining.seat_to_date_usd

),

forecasts as (

    select
        *,
        {{ proportional_part('spend_to_date_usd', 'n_days_in_month', 'n_days_elapsed') }}
            as run_rate_forecast_usd,
        cast(
            spend_to_date_usd + seat_ahead_usd + usage_ahead_usd as {{ numeric_type() }}
        ) as weekday_forecast_usd
    from expected

),

in_millionths as (

    select
        *,
        cast(actual_usd * 1000000 as {{ dbt.type_bigint() }}) as actual_units,
        cast(weekday_forecast_usd * 1000000 as {{ dbt.type_bigint() }}) as weekday_units,
        cast(run_rate_forecast_usd * 1000000 as {{ dbt.type_bigint() }}) as run_rate_units
    from forecasts

),

final as (

    select
        month_start_date,
        origin_date,
        budget_scope,
        budget_scope_value,
        n_days_elapsed,
        cast(n_days_in_month as {{ dbt.type_bigint() }}) as n_days_in_month,
        cast(spend_to_date_usd as {{ numeric_type() }}) as spend_to_date_usd,
        cast(run_rate_forecast_usd as {{ numeric_type() }}) as run_rate_forecast_usd,
        cast(weekday_forecast_usd as {{ numeric_type() }}) as weekday_forecast_usd,
        cast(actual_usd as {{ numeric_type() }}) as actual_usd,
        {{ share_of('(run_rate_units - actual_units)', 'actual_units') }} as run_rate_error_ratio,
        {{ share_of('(weekday_units - actual_units)', 'actual_units') }} as weekday_error_ratio,
        {{ share_of('actual_units', 'weekday_units') }} as actual_to_forecast_ratio,
        {{ surrogate_key([
            'budget_scope', 'budget_scope_value', 'origin_date'
        ]) }} as forecast_backtest_id
    from in_millionths

)

select * from final
