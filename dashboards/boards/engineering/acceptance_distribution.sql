select
    concat(
        cast(cast(round(lower_acceptance_share * 100) as bigint) as varchar),
        ' to ',
        cast(cast(round(upper_acceptance_share * 100) as bigint) as varchar),
        ' %'
    ) as acceptance_range,
    n_people,
    month_start_date
from marts.mart_engineering__acceptance_distribution
where
    platform = 'cursor'
    and acceptance_measure = 'lines'
    [[and {{platform}}]]
    and month_start_date = (
        select max(month_start_date)
        from marts.mart_engineering__acceptance_distribution
        where
            platform = 'cursor' and acceptance_measure = 'lines' and is_complete_month
            [[and {{dates}}]]
    )
order by lower_acceptance_share
