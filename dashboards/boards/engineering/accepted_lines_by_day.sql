select
    usage_date,
    platform,
    sum(n_accepted_lines_added) as n_accepted_lines_added
from marts.mart_engineering__team_daily
where true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by usage_date, platform
order by usage_date, platform
