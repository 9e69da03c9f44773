{#
One row per organisation and day, ISO week or month: tasks, cost, savings and durations. Percentiles are read from the
histogram of the whole period, within 1 %; they are never added or averaged. Parts: mart_savings__period_parts.
#}
{{ savings_period_incremental() }}
{%- set percentiles = [50, 95, 99] %}
with

periods as (

    {{ changed_savings_periods() }}

),

days as (

    select * from {{ ref('mart_savings__daily') }}
    where
        {{ within_changed_periods('usage_date') }}

),

buckets as (

    select * from {{ ref('mart_savings__duration_histogram') }}
    where
        {{ within_changed_periods('usage_date') }}

),

summed as (

    select
        periods.organization_id,
        periods.period_type,
        periods.period_start_date,
        min(periods.period_end_date) as period_end_date,
        min(periods.input_version) as input_version,
        {%- for count in [
            'n_tasks', 'n_successful_tasks', 'n_failed_tasks', 'n_retries', 'n_overhead_tasks',
            'n_priced_overhead_tasks', 'n_priced_tasks', 'n_compared_tasks',
            'n_negative_savings_tasks', 'n_timed_tasks', 'total_tokens', 'duration_ms_sum'
        ] %}
        {{ sum_units('days.' ~ count) }} as {{ count }},
        {%- endfor %}
        sum(days.actual_cost_usd) as actual_cost_usd,
        sum(days.compared_actual_cost_usd) as compared_actual_cost_usd,
        sum(days.baseline_cost_usd) as baseline_cost_usd,
        sum(days.gross_savings_usd) as gross_savings_usd,
        sum(days.overhead_cost_usd) as overhead_cost_usd,
        sum(days.net_savings_usd) as net_savings_usd,
        max(days.loaded_at) as loaded_at
    from periods
    inner join days
        on
            periods.organization_id = days.organization_id
            and periods.period_start_date <= days.usage_date
            and periods.period_end_date >= days.usage_date
    group by periods.organization_id, periods.period_type, periods.period_start_date

),

period_buckets as (

    select
        periods.organization_id,
        periods.period_type,
        periods.period_start_date,
        buckets.duration_bucket,
        {{ sum_units('buckets.n_tasks') }} as n_tasks
    from periods
    inner join buckets
        on
            periods.organization_id = buckets.organization_id
            and periods.period_start_date <= buckets.usage_date
            and periods.period_end_date >= buckets.usage_date
    group by
        periods.organization_id, periods.period_type, periods.period_start_date,
        buckets.duration_bucket

),

cumulated as (

    select
        organization_id,
        period_type,
        period_start_date,
        duration_bucket,
        sum(n_tasks) over (
            partition by organization_id, period_type, period_start_date
            order by duration_bucket
        ) as n_tasks_until,
        sum(n_tasks) over (
            partition by organization_id, period_type, period_start_date
        ) as n_tasks_of_period
    from period_buckets

),

-- Percentile p is the first bucket that reaches task p % × (n − 1) + 1, in whole numbers.
period_percentiles as (

    select
        organization_id,
        period_type,
        {%- for percentile in percentiles %}
        min(
            case
                when 100 * n_tasks_until >= {{ percentile }} * (n_tasks_of_period - 1) + 100
                    then duration_bucket
            end
        ) as p{{ percentile }}_bucket,
        {%- endfor %}
        period_start_date
    from cumulated
    group by organization_id, period_type, period_start_date

),

final as (

    select
        summed.period_type,
        summed.period_start_date,
        summed.period_end_date,
        summed.organization_id,
        summed.n_tasks,
        summed.n_successful_tasks,
        summed.n_failed_tasks,
        summed.n_retries,
        summed.n_overhead_tasks,
        summed.n_priced_overhead_tasks,
        summed.n_priced_tasks,
        summed.n_compared_tasks,
        summed.n_negative_savings_tasks,
        summed.n_timed_tasks,
        summed.total_tokens,
        summed.duration_ms_sum,
        {{ proportional_part(to_numeric('1'), 'summed.duration_ms_sum', 'summed.n_timed_tasks') }}
            as avg_duration_ms,
        {%- for percentile in percentiles %}
        {{ duration_of_bucket('period_percentiles.p' ~ percentile ~ '_bucket') }}
            as p{{ percentile }}_duration_ms,
        {%- endfor %}
        cast(summed.actual_cost_usd as {{ numeric_type() }}) as actual_cost_usd,
        cast(summed.compared_actual_cost_usd as {{ numeric_type() }}) as compared_actual_cost_usd,
        cast(summed.baseline_cost_usd as {{ numeric_type() }}) as baseline_cost_usd,
        cast(summed.gross_savings_usd as {{ numeric_type() }}) as gross_savings_usd,
        cast(summed.overhead_cost_usd as {{ numeric_type() }}) as overhead_cost_usd,
        cast(summed.net_savings_usd as {{ numeric_type() }}) as net_savings_usd,
        -- A ratio of sums; a baseline of 0 or none gives none.
        {{ percentage_of('summed.gross_savings_usd', 'summed.baseline_cost_usd') }}
            as savings_percentage,
        {{ surrogate_key([
            'summed.organization_id', 'summed.period_type', 'summed.period_start_date'
        ]) }} as savings_period_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        summed.input_version,
        summed.loaded_at
    from summed
    left join period_percentiles
        on
            summed.organization_id = period_percentiles.organization_id
            and summed.period_type = period_percentiles.period_type
            and summed.period_start_date = period_percentiles.period_start_date

)

select * from final
