with spend as (

    select
        sum(spend_usd) as spend_usd,
        sum(attributed_spend_usd) / nullif(sum(spend_usd), 0) as attributed_share,
        sum(case when is_complete_month and budget_usd is not null then variance_usd end)
            as variance_usd,
        sum(case when is_complete_month then budget_usd end) as budget_usd
    from marts.mart_executive__overview_monthly
    where rollup_scope = 'company' [[and {{dates}}]]

),

running_month as (

    select
        max(weekday_forecast_usd) as expected_usd,
        max(forecast_variance_usd) as variance_usd,
        max(budget_usd) as budget_usd
    from marts.mart_finance__budget_status
    where budget_scope = 'company' and month_status = 'running'

),

promises as (

    select
        count(case when promise_status in ('kept', 'late') then 1 end) as n_promised,
        count(case when promise_status = 'late' then 1 end) as n_late
    from quality.dq_source_promises

),

last_change as (

    select sum(change_usd) as change_usd
    from marts.mart_finance__spend_bridge
    where
        is_comparable
        and month_start_date = (
            select max(month_start_date)
            from marts.mart_finance__spend_bridge
            where is_comparable
        )

),

idle_seats as (

    select sum(idle_usd) as idle_usd
    from marts.mart_finance__seat_utilisation
    where
        month_start_date = (
            select max(month_start_date)
            from marts.mart_executive__overview_monthly
            where rollup_scope = 'company' and is_complete_month
        )

)

select
    spend.spend_usd,
    case
        when spend.variance_usd <= 0
            then -spend.variance_usd / nullif(spend.budget_usd, 0)
    end as under_budget_share,
    case
        when spend.variance_usd > 0
            then spend.variance_usd / nullif(spend.budget_usd, 0)
    end as over_budget_share,
    case
        when running_month.variance_usd <= 0
            then -running_month.variance_usd / nullif(running_month.budget_usd, 0)
    end as expected_under_budget_share,
    case
        when running_month.variance_usd > 0
            then running_month.variance_usd / nullif(running_month.budget_usd, 0)
    end as expected_over_budget_share,
    running_month.expected_usd,
    case when last_change.change_usd > 0 then last_change.change_usd end as rise_usd,
    case when last_change.change_usd < 0 then -last_change.change_usd end as fall_usd,
    idle_seats.idle_usd,
    spend.attributed_share,
    case when promises.n_late = 0 then nullif(promises.n_promised, 0) end as n_fresh,
    nullif(promises.n_late, 0) as n_late,
    promises.n_promised
from spend
cross join running_month
cross join last_change
cross join idle_seats
cross join promises
