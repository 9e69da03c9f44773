select
    {dimensions}
    sum(spend_usd) as spend
from marts.fct_ai_spend_daily
where
    ($start_date is null or usage_date >= cast($start_date as date))
    and ($end_date is null or usage_date <= cast($end_date as date))
    and ($vendor is null or vendor = $vendor)
    and ($platform is null or platform = $platform)
    and ($category is null or category = $category)
    and ($team is null or team_name = $team)
group by all
order by all
limit {limit}
