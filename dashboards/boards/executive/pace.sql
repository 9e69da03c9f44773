select
    usage_date,
    case
        when spend_usd is not null then sum(spend_usd) over (order by usage_date nulls first)
    end as spent_usd,
    case
        when day_status <> 'settled'
            then sum(expected_spend_usd) over (order by usage_date nulls first)
    end as expected_usd,
    (
        select max(budget_usd)
        from marts.mart_finance__budget_status
        where budget_scope = 'company' and month_status = 'running'
    ) as budget_usd
from marts.mart_finance__daily_spend
where
    budget_scope = 'company'
    and month_start_date = (
        select max(month_start_date)
        from marts.mart_finance__daily_spend
        where budget_scope = 'company'
    )
order by usage_date
