select
    week_start_date,
    platform,
    sum(total_cost_usd) as total_cost_usd
from marts.mart_knowledge_workers__team_weekly
where true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]]
group by week_start_date, platform
order by week_start_date, platform
