{#
The days, the weeks and the months of an organisation are the same tasks, dollars and durations, to the last digit; an
unknown sum is unknown in all of them. Returns the organisations and kinds of period that are not their days.
#}
{% set sums = [
    'n_tasks', 'n_successful_tasks', 'n_failed_tasks', 'n_retries', 'n_overhead_tasks',
    'n_priced_overhead_tasks', 'n_priced_tasks', 'n_compared_tasks',
    'n_negative_savings_tasks', 'n_timed_tasks', 'total_tokens', 'duration_ms_sum', 'actual_cost_usd',
    'compared_actual_cost_usd', 'baseline_cost_usd', 'gross_savings_usd', 'overhead_cost_usd',
    'net_savings_usd'
] %}
with

days as (

    select
        organization_id,
        {%- for name in sums %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        count(*) as n_rows
    from {{ ref('mart_savings__daily') }}
    group by organization_id

),

periods as (

    select
        organization_id,
        period_type,
        {%- for name in sums %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        count(*) as n_rows
    from {{ ref('mart_savings__periods') }}
    group by organization_id, period_type

),

-- What must be there, whether it is or not.
expected as (

    {% for period_type in ['daily', 'weekly', 'monthly'] %}
    select
        '{{ period_type }}' as period_type,
        days.*
    from days
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

)

select
    coalesce(expected.organization_id, periods.organization_id) as organization_id,
    coalesce(expected.period_type, periods.period_type) as period_type,
    expected.n_tasks as n_tasks_of_days,
    periods.n_tasks as n_tasks_of_periods,
    expected.net_savings_usd as net_savings_of_days_usd,
    periods.net_savings_usd as net_savings_of_periods_usd
from expected
full outer join periods
    on
        expected.organization_id = periods.organization_id
        and expected.period_type = periods.period_type
where
    expected.organization_id is null
    or periods.organization_id is null
    {%- for name in sums %}
    or expected.{{ name }} <> periods.{{ name }}
    or (expected.{{ name }} is null) <> (periods.{{ name }} is null)
    {%- endfor %}
