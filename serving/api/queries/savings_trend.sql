with

periods as (
    select
        cast(date_trunc($period, usage_date) as date) as period_date,
        sum(gross_savings_usd) as savings
    from marts.mart_savings__daily
    where
        organization_id = $organization_id
        and ($start_date is null or usage_date >= cast($start_date as date))
        and ($end_date is null or usage_date <= cast($end_date as date))
        and ($provider is null or lower(provider) = lower($provider))
        and ($task_type is null or lower(task_type) = lower($task_type))
    group by period_date
)

select
    period_date,
    savings,
    -- Before rounding; unknown as long as nothing is known.
    sum(savings) over (order by period_date) as cumulative_savings
from periods
order by period_date
