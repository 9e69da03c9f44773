select
    week_start_date,
    platform,
    sum(n_accepted_lines_added) as n_accepted_lines_added
from marts.mart_engineering__team_weekly
where true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date, platform
order by week_start_date, platform
