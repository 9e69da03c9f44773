{#
One row per organisation, period and provider, and one per organisation, period and task type: the parts that a row of
mart_savings__periods consists of. Add the parts of one kind only: each kind is the whole.
#}
{{ savings_period_incremental() }}
with

periods as (

    {{ changed_savings_periods() }}

),

days as (

    select * from {{ ref('mart_savings__daily') }}
    where
        {{ within_changed_periods('usage_date') }}

),

parts as (

    {% for part_type in ['provider', 'task_type'] %}
    select
        periods.organization_id,
        periods.period_type,
        '{{ part_type }}' as part_type,
        days.{{ part_type }} as part_name,
        periods.period_start_date,
        min(periods.input_version) as input_version,
        {%- for count in [
            'n_tasks', 'n_successful_tasks', 'n_overhead_tasks', 'n_priced_overhead_tasks',
            'n_compared_tasks', 'n_timed_tasks', 'total_tokens', 'duration_ms_sum'
        ] %}
        {{ sum_units('days.' ~ count) }} as {{ count }},
        {%- endfor %}
        sum(days.actual_cost_usd) as actual_cost_usd,
        sum(days.compared_actual_cost_usd) as compared_actual_cost_usd,
        sum(days.baseline_cost_usd) as baseline_cost_usd,
        sum(days.gross_savings_usd) as gross_savings_usd,
        sum(days.net_savings_usd) as net_savings_usd,
        max(days.loaded_at) as loaded_at
    from periods
    inner join days
        on
            periods.organization_id = days.organization_id
            and periods.period_start_date <= days.usage_date
            and periods.period_end_date >= days.usage_date
    group by
        periods.organization_id, periods.period_type, periods.period_start_date,
        days.{{ part_type }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

final as (

    select
        period_type,
        period_start_date,
        organization_id,
        part_type,
        part_name,
        n_tasks,
        n_successful_tasks,
        n_overhead_tasks,
        n_priced_overhead_tasks,
        n_compared_tasks,
        n_timed_tasks,
        total_tokens,
        duration_ms_sum,
        cast(actual_cost_usd as {{ numeric_type() }}) as actual_cost_usd,
        cast(compared_actual_cost_usd as {{ numeric_type() }}) as compared_actual_cost_usd,
        cast(baseline_cost_usd as {{ numeric_type() }}) as baseline_cost_usd,
        cast(gross_savings_usd as {{ numeric_type() }}) as gross_savings_usd,
        cast(net_savings_usd as {{ numeric_type() }}) as net_savings_usd,
        {{ percentage_of('gross_savings_usd', 'baseline_cost_usd') }} as savings_percentage,
        {{ pipeline_run_id() }} as pipeline_run_id,
        input_version,
        loaded_at
    from parts

)

select * from final
