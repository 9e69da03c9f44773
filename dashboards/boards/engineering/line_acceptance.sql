select
    week_start_date,
    sum(n_comparable_accepted_lines_added)
    / nullif(sum(n_comparable_lines_added), 0) as line_acceptance_share
from marts.mart_engineering__team_weekly
where platform = 'cursor' [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date
having min(case when is_complete_week then 1 else 0 end) = 1
order by week_start_date
