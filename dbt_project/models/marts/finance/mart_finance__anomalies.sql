{#
One row per budget scope (vendor, platform, team), scope value and settled day: how far its usage is from what the same
weekdays before let expect. Seat fees are known and left out.

expected   m = median of the usage of the five same weekdays before
residual   r = ln(1 + usage) - ln(1 + m): weekdays and weekends share one scale
scale      s = 1.4826 × median of |r| over the 56 days before, 0.05 at least
z          = r ÷ s; expected range = the usages whose z lies between plus and minus z_open

An episode opens on a day with z > z_open whose impact (usage - expected) reaches both floors, absolute and relative. It
goes on while days with z > z_continue and such an impact follow each other with at most anomaly_gap_days ordinary days
between them. Limits are rows of the finance_rules seed; medians are exact.
#}
with

daily_spend as (

    select * from {{ ref('mart_finance__daily_spend') }}
    where
        budget_scope in ('vendor', 'platform', 'team')
        and day_status = 'settled'
        -- On days that no source of usage has loaded, nobody knows any.
        and usage_cost_usd is not null

),

rules as (

    select * from {{ ref('int_finance__rules') }}

),

days as (

    select
        daily_spend_id,
        budget_scope,
        budget_scope_value,
        iso_weekday,
        usage_date,
        usage_cost_usd,
        n_settled_days - 1 as n_history_days,
        ln(
            1 + cast(greatest(usage_cost_usd, {{ to_numeric("'0'") }}) as {{ double_type() }})
        ) as log_usage
    from daily_spend

),

same_weekdays as (

    select
        days.daily_spend_id,
        earlier.usage_cost_usd,
        row_number() over (
            partition by days.daily_spend_id
            order by earlier.usage_cost_usd, earlier.usage_date
        ) as usage_rank,
        count(*) over (partition by days.daily_spend_id) as n_baseline_days
    from days
    inner join days as earlier
        on
            days.budget_scope = earlier.budget_scope
            and days.budget_scope_value = earlier.budget_scope_value
            and days.iso_weekday = earlier.iso_weekday
            and days.usage_date > earlier.usage_date
            and cast({{ dbt.dateadd('day', -35, 'days.usage_date') }} as date)
            <= earlier.usage_date

),

middle_usages as (

    select
        daily_spend_id,
        n_baseline_days,
        count(*) as n_middle,
        sum(usage_cost_usd) as middle_usd
    from same_weekdays
    where 2 * usage_rank between n_baseline_days and n_baseline_days + 2
    group by daily_spend_id, n_baseline_days

),

baselines as (

    select
        daily_spend_id,
        n_baseline_days,
        {{ proportional_part('middle_usd', '1', 'n_middle') }} as expected_usd
    from middle_usages

),

residuals as (

    select
        days.*,
        baselines.n_baseline_days,
        baselines.expected_usd,
        ln(
            1 + cast(
                greatest(baselines.expected_usd, {{ to_numeric("'0'") }}) as {{ double_type() }}
            )
        ) as log_expected,
        abs(
            days.log_usage - ln(
                1 + cast(
                    greatest(baselines.expected_usd, {{ to_numeric("'0'") }}) as {{ double_type() }}
                )
            )
        ) as residual_size
    from days
    inner join baselines
        on days.daily_spend_id = baselines.daily_spend_id
    -- Fewer than three same weekdays are no expectation.
    where baselines.n_baseline_days >= 3

),

earlier_residuals as (

    select
        residuals.daily_spend_id,
        earlier.residual_size,
        row_number() over (
            partition by residuals.daily_spend_id
            order by earlier.residual_size, earlier.usage_date
        ) as size_rank,
        count(*) over (partition by residuals.daily_spend_id) as n_scale_days
    from residuals
    inner join residuals as earlier
        on
            residuals.budget_scope = earlier.budget_scope
            and residuals.budget_scope_value = earlier.budget_scope_value
            and residuals.usage_date > earlier.usage_date
            and cast({{ dbt.dateadd('day', -56, 'residuals.usage_date') }} as date)
            <= earlier.usage_date

),

scales as (

    select
        daily_spend_id,
        n_scale_days,
        1.4826 * avg(residual_size) as robust_scale
    from earlier_residuals
    where 2 * size_rank between n_scale_days and n_scale_days + 2
    group by daily_spend_id, n_scale_days

),

scored as (

    select
        residuals.daily_spend_id,
        residuals.log_expected,
        greatest(
            scales.robust_scale, cast(rules.anomaly_scale_floor as {{ double_type() }})
        ) as log_scale,
        (residuals.log_usage - residuals.log_expected)
        / greatest(
            scales.robust_scale, cast(rules.anomaly_scale_floor as {{ double_type() }})
        ) as z_score,
        residuals.usage_cost_usd - residuals.expected_usd as impact_usd
    from residuals
    cross join rules
    inner join scales
        on residuals.daily_spend_id = scales.daily_spend_id
    where
        residuals.n_history_days >= rules.anomaly_history_days
        -- Half of the residuals' window at least: a scale of a few days is none.
        and scales.n_scale_days >= 28

),

judged as (

    select
        days.daily_spend_id,
        days.budget_scope,
        days.budget_scope_value,
        days.usage_date,
        days.usage_cost_usd,
        days.n_history_days,
        baselines.expected_usd,
        scored.impact_usd,
        scored.z_score,
        scored.log_expected,
        scored.log_scale,
        rules.anomaly_gap_days,
        cast(rules.anomaly_z_open as {{ double_type() }}) as z_open,
        scored.daily_spend_id is not null as is_judged,
        case
            when
                scored.z_score > cast(rules.anomaly_z_continue as {{ double_type() }})
                and scored.impact_usd >= rules.anomaly_floor_usd
                and scored.impact_usd
                >= cast(baselines.expected_usd * rules.anomaly_floor_ratio as {{ numeric_type() }})
                then 1
            else 0
        end as n_suspicious,
        case
            when scored.z_score > cast(rules.anomaly_z_open as {{ double_type() }}) then 1 else 0
        end as n_opening
    from days
    cross join rules
    left join baselines
        on days.daily_spend_id = baselines.daily_spend_id
    left join scored
        on days.daily_spend_id = scored.daily_spend_id

),

suspicious as (

    select
        daily_spend_id,
        budget_scope,
        budget_scope_value,
        usage_date,
        impact_usd,
        n_opening,
        anomaly_gap_days,
        lag(usage_date) over (
            partition by budget_scope, budget_scope_value
            order by usage_date
        ) as previous_date
    from judged
    where n_suspicious = 1

),

runs as (

    select
        *,
        sum(
            case
                when previous_date is null then 1
                when {{ dbt.datediff('previous_date', 'usage_date', 'day') }} > anomaly_gap_days + 1
                    then 1
                else 0
            end
        ) over (
            partition by budget_scope, budget_scope_value
            order by usage_date
            rows between unbounded preceding and current row
        ) as run_number
    from suspicious

),

-- Days before the first one that is far enough out do not count: nothing is open yet.
opened as (

    select
        *,
        max(n_opening) over (
            partition by budget_scope, budget_scope_value, run_number
            order by usage_date
            rows between unbounded preceding and current row
        ) as n_open
    from runs

),

episodes as (

    select
        daily_spend_id,
        min(usage_date) over (
            partition by budget_scope, budget_scope_value, run_number
        ) as episode_start_date,
        sum(impact_usd) over (
            partition by budget_scope, budget_scope_value, run_number
            order by usage_date
            rows between unbounded preceding and current row
        ) as episode_impact_usd
    from opened
    where n_open = 1

),

final as (

    select
        judged.usage_date,
        judged.budget_scope,
        judged.budget_scope_value,
        case
            when not judged.is_judged then 'not_enough_history'
            when judged.usage_date = episodes.episode_start_date then 'new'
            when episodes.episode_start_date is not null then 'open'
            else 'normal'
        end as anomaly_status,
        episodes.episode_start_date,
        cast(judged.n_history_days as {{ dbt.type_bigint() }}) as n_history_days,
        cast(judged.usage_cost_usd as {{ numeric_type() }}) as usage_cost_usd,
        cast(
            case when judged.is_judged then judged.expected_usd end as {{ numeric_type() }}
        ) as expected_usd,
        -- Of a NULL and a 0, greatest() is 0 in DuckDB and NULL in BigQuery.
        cast(
            case
                when judged.is_judged
                    then
                        round(
                            greatest(
                                exp(judged.log_expected - judged.z_open * judged.log_scale) - 1, 0
                            ),
                            6
                        )
            end as {{ numeric_type() }}
        ) as lower_usd,
        cast(
            round(exp(judged.log_expected + judged.z_open * judged.log_scale) - 1, 6)
            as {{ numeric_type() }}
        ) as upper_usd,
        cast(judged.impact_usd as {{ numeric_type() }}) as impact_usd,
        cast(episodes.episode_impact_usd as {{ numeric_type() }}) as episode_impact_to_date_usd,
        cast(round(judged.z_score, 6) as {{ numeric_type() }}) as z_score,
        'weekday_median_5_log_mad_56_v1' as detection_method,
        episodes.episode_start_date is not null as is_anomaly,
        judged.daily_spend_id as anomaly_id,
        case
            when episodes.episode_start_date is not null
                then
                    {{ surrogate_key([
                        'judged.budget_scope', 'judged.budget_scope_value',
                        'episodes.episode_start_date'
                    ]) }}
        end as episode_id
    from judged
    left join episodes
        on judged.daily_spend_id = episodes.daily_spend_id

)

select * from final
