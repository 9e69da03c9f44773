{#
One row per month, budget scope and scope value of the budgets sheet: what is budgeted, spent and expected.

Spend to date is what the ledger knows: NULL where nothing was read, and unread_reason says why it is no whole month, or
nothing at all. The forecast of AS_OF's month is the sum of the expected spend of its days
(mart_finance__daily_spend): seat fees are known, usage is the mean of the last four same weekdays. p10 to p90 are the
forecast times the deciles of actual ÷ forecast in back-tests of as many settled days of a month (none on its first
days: the eve); where months are too few, of the days around; where even those are too few, there is no interval. Never below what is spent already. A month
that is past is its own forecast; one to come has none. A budget that the sheet contradicts itself on is NULL, and so is
all that is measured against it.
#}
with

budgets as (

    select * from {{ ref('int_finance__budgets') }}

),

daily_spend as (

    select * from {{ ref('mart_finance__daily_spend') }}

),

backtests as (

    select * from {{ ref('mart_finance__forecast_backtests') }}

),

readings as (

    select * from {{ ref('int_finance__budget_readings') }}

),

rules as (

    select * from {{ ref('int_finance__rules') }}

),

thresholds as (

    select
        rule_id,
        {{ to_numeric('rule_value_text') }} as threshold_ratio
    from {{ ref('finance_rules') }}
    where rule_group = 'budget_threshold'

),

-- A scope value is compared without regard to case: two spellings of one team meet here.
path_days as (

    select
        budget_scope,
        lower(budget_scope_value) as scope_key,
        month_start_date,
        usage_date,
        day_status,
        coalesce(sum(expected_spend_usd), {{ to_numeric("'0'") }}) as day_usd,
        sum(spend_usd) as spend_usd,
        sum(
            case
                when day_status in ('settled', 'unsettled') or spend_usd is not null
                    then seat_cost_usd
            end
        ) as seat_cost_usd
    from daily_spend
    group by budget_scope, scope_key, month_start_date, usage_date, day_status

),

running as (

    select
        *,
        sum(day_usd) over (
            partition by budget_scope, scope_key, month_start_date
            order by usage_date
            rows between unbounded preceding and current row
        ) as running_usd
    from path_days

),

scope_months as (

    select
        budget_scope,
        scope_key,
        month_start_date,
        sum(spend_usd) as spend_to_date_usd,
        sum(seat_cost_usd) as seat_to_date_usd,
        sum(case when day_status = 'settled' then spend_usd end) as settled_usd,
        count(case when day_status = 'settled' then 1 end) as n_settled_days,
        min(usage_date) as first_date,
        sum(day_usd) as forecast_usd
    from running
    group by budget_scope, scope_key, month_start_date

),

exhausted as (

    select
        budgets.budget_scope,
        budgets.scope_key,
        budgets.month_start_date,
        min(running.usage_date) as exhaustion_date
    from budgets
    inner join running
        on
            budgets.budget_scope = running.budget_scope
            and budgets.scope_key = running.scope_key
            and budgets.month_start_date = running.month_start_date
    -- A budget of nothing is used up by the first cent, not by none.
    where running.running_usd >= budgets.budget_usd and running.running_usd > 0
    group by budgets.budget_scope, budgets.scope_key, budgets.month_start_date

),

known_scopes as (

    select
        budget_scope,
        lower(budget_scope_value) as scope_key,
        -- Settled days of AS_OF's month: on its first days there is none yet, and fewer.
        {{ dbt.datediff(trunc_date('month', as_of_date()), 'max(usage_date)', 'day') }} + 1
            as n_days_elapsed
    from daily_spend
    where day_status = 'settled'
    group by budget_scope, scope_key

),

first_days as (

    select min(usage_date) as first_date
    from daily_spend

),

near_backtests as (

    select
        known_scopes.budget_scope,
        known_scopes.scope_key,
        backtests.forecast_backtest_id,
        backtests.actual_to_forecast_ratio,
        rules.backtest_minimum,
        backtests.n_days_elapsed = known_scopes.n_days_elapsed as is_same_day,
        sum(
            case when backtests.n_days_elapsed = known_scopes.n_days_elapsed then 1 else 0 end
        ) over (partition by known_scopes.budget_scope, known_scopes.scope_key) as n_same_day
    from known_scopes
    cross join rules
    inner join backtests
        on
            known_scopes.budget_scope = backtests.budget_scope
            and known_scopes.scope_key = lower(backtests.budget_scope_value)
            and abs(backtests.n_days_elapsed - known_scopes.n_days_elapsed)
            <= rules.backtest_nearby_days
    where backtests.actual_to_forecast_ratio is not null

),

ranked_backtests as (

    select
        *,
        row_number() over (
            partition by budget_scope, scope_key
            order by actual_to_forecast_ratio, forecast_backtest_id
        ) as ratio_rank,
        count(*) over (partition by budget_scope, scope_key) as n_backtests
    from near_backtests
    where is_same_day or n_same_day < backtest_minimum

),

-- Nearest rank: the smallest ratio that a tenth, half, nine tenths of the back-tests do not exceed.
deciles as (

    select
        budget_scope,
        scope_key,
        max(n_backtests) as n_backtests,
        case
            when max(n_same_day) >= max(backtest_minimum) then 'same_day_of_month'
            when max(n_backtests) >= max(backtest_minimum) then 'days_around'
            else 'too_few_backtests'
        end as interval_method,
        min(
            case when ratio_rank * 10 >= n_backtests then actual_to_forecast_ratio end
        ) as p10_ratio,
        min(case when ratio_rank * 2 >= n_backtests then actual_to_forecast_ratio end) as p50_ratio,
        min(
            case when ratio_rank * 10 >= n_backtests * 9 then actual_to_forecast_ratio end
        ) as p90_ratio
    from ranked_backtests
    group by budget_scope, scope_key

),

joined as (

    select
        budgets.budget_scope,
        budgets.scope_key,
        budgets.budget_scope_value,
        budgets.budget_usd,
        budgets.n_budget_lines,
        budgets.has_contradicting_lines,
        budgets.month_start_date,
        case
            when budgets.month_start_date > {{ as_of_date() }} then 'to_come'
            when
                cast({{ dbt.last_day('budgets.month_start_date', 'month') }} as date)
                >= {{ as_of_date() }}
                then 'running'
            else 'past'
        end as month_status,
        readings.n_days_loaded,
        readings.is_complete_month
        and (known_scopes.scope_key is not null or readings.is_named_scope) as is_complete_month,
        case
            when known_scopes.scope_key is null and not readings.is_named_scope
                then 'unknown_scope'
            else readings.unread_reason
        end as unread_reason,
        known_scopes.scope_key is not null as is_known_scope,
        -- Nothing read, or nobody knows what the budget is for: nothing is known. Something read
        -- and no row: nothing was spent.
        {% for column in ['spend_to_date_usd', 'seat_to_date_usd'] %}
        case
            when
                scope_months.spend_to_date_usd is not null
                or readings.is_read_so_far
                and (known_scopes.scope_key is not null or readings.is_named_scope)
                then coalesce(scope_months.{{ column }}, {{ to_numeric("'0'") }})
        end as {{ column }},
        {% endfor %}
        -- A scope that began within the month has no share in the days before.
        {{ days_in_month('budgets.month_start_date') }}
        - case
            when scope_months.first_date > first_days.first_date
                then
                    {{ dbt.datediff('budgets.month_start_date', 'scope_months.first_date', 'day') }}
            else 0
        end as n_scope_days,
        scope_months.settled_usd,
        coalesce(scope_months.n_settled_days, 0) as n_settled_days,
        scope_months.forecast_usd,
        exhausted.exhaustion_date,
        deciles.interval_method,
        coalesce(deciles.n_backtests, 0) as n_backtests,
        deciles.p10_ratio,
        deciles.p50_ratio,
        deciles.p90_ratio
    from budgets
    cross join first_days
    inner join readings
        on
            budgets.budget_scope = readings.budget_scope
            and budgets.scope_key = readings.scope_key
            and budgets.month_start_date = readings.month_start_date
    left join known_scopes
        on
            budgets.budget_scope = known_scopes.budget_scope
            and budgets.scope_key = known_scopes.scope_key
    left join scope_months
        on
            budgets.budget_scope = scope_months.budget_scope
            and budgets.scope_key = scope_months.scope_key
            and budgets.month_start_date = scope_months.month_start_date
    left join exhausted
        on
            budgets.budget_scope = exhausted.budget_scope
            and budgets.scope_key = exhausted.scope_key
            and budgets.month_start_date = exhausted.month_start_date
    left join deciles
        on
            budgets.budget_scope = deciles.budget_scope
            and budgets.scope_key = deciles.scope_key

),

crossed as (

    select
        joined.budget_scope,
        joined.scope_key,
        joined.month_start_date,
        count(*) as n_thresholds_crossed,
        max(thresholds.threshold_ratio) as highest_threshold_ratio
    from joined
    inner join thresholds
        on
            joined.spend_to_date_usd
            >= cast(joined.budget_usd * thresholds.threshold_ratio as {{ numeric_type() }})
            -- Nothing spent of a budget of nothing crosses nothing.
            and (joined.budget_usd <> 0 or joined.spend_to_date_usd > 0)
    group by joined.budget_scope, joined.scope_key, joined.month_start_date

),

forecasts as (

    select
        *,
        case
            when month_status = 'running' then forecast_usd
            when month_status = 'past' and is_complete_month
                then spend_to_date_usd
        end as weekday_forecast_usd,
        case
            when month_status = 'running'
                then
                    {{ proportional_part('settled_usd', 'n_scope_days', 'n_settled_days') }}
            when month_status = 'past' and is_complete_month
                then spend_to_date_usd
        end as run_rate_forecast_usd,
        month_status = 'running'
        and interval_method in ('same_day_of_month', 'days_around') as has_interval
    from joined

),

final as (

    select
        forecasts.month_start_date,
        forecasts.budget_scope,
        forecasts.budget_scope_value,
        forecasts.month_status,
        forecasts.exhaustion_date,
        cast(forecasts.n_budget_lines as {{ dbt.type_bigint() }}) as n_budget_lines,
        coalesce(crossed.n_thresholds_crossed, 0) as n_thresholds_crossed,
        forecasts.n_backtests,
        forecasts.n_days_loaded,
        forecasts.n_settled_days,
        cast(
            {{ days_in_month('forecasts.month_start_date') }} as {{ dbt.type_bigint() }}
        ) as n_days_in_month,
        cast(forecasts.budget_usd as {{ numeric_type() }}) as budget_usd,
        cast(forecasts.spend_to_date_usd as {{ numeric_type() }}) as spend_to_date_usd,
        cast(forecasts.seat_to_date_usd as {{ numeric_type() }}) as seat_to_date_usd,
        {{ share_of(
            'cast(forecasts.spend_to_date_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')',
            'cast(forecasts.budget_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')'
        ) }} as budget_used_ratio,
        cast(crossed.highest_threshold_ratio as {{ numeric_type() }}) as highest_threshold_ratio,
        cast(forecasts.run_rate_forecast_usd as {{ numeric_type() }}) as run_rate_forecast_usd,
        cast(forecasts.weekday_forecast_usd as {{ numeric_type() }}) as weekday_forecast_usd,
        {% for decile in ['p10', 'p50', 'p90'] %}
        case
            when forecasts.has_interval
                then
                    greatest(
                        cast(
                            forecasts.weekday_forecast_usd
                            * forecasts.{{ decile }}_ratio as {{ numeric_type() }}
                        ),
                        cast(
                            coalesce(forecasts.spend_to_date_usd, {{ to_numeric("'0'") }})
                            as {{ numeric_type() }}
                        )
                    )
        end as {{ decile }}_forecast_usd,
        {% endfor %}
        cast(
            forecasts.weekday_forecast_usd - forecasts.budget_usd as {{ numeric_type() }}
        ) as forecast_variance_usd,
        case
            when forecasts.month_status = 'running'
                then coalesce(forecasts.interval_method, 'too_few_backtests')
        end as interval_method,
        forecasts.unread_reason,
        forecasts.is_known_scope,
        forecasts.is_complete_month,
        forecasts.has_contradicting_lines,
        {{ surrogate_key([
            'forecasts.budget_scope', 'forecasts.scope_key', 'forecasts.month_start_date'
        ]) }} as budget_status_id
    from forecasts
    left join crossed
        on
            forecasts.budget_scope = crossed.budget_scope
            and forecasts.scope_key = crossed.scope_key
            and forecasts.month_start_date = crossed.month_start_date

)

select * from final
