select
    week_start_date,
    sum(n_accepted_lines_added) as n_accepted_lines_added
from marts.mart_engineering__team_weekly
where true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date
having min(case when is_complete_week then 1 else 0 end) = 1
order by week_start_date
