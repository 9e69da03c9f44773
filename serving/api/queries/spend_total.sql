select
    sum(spend_usd) as spend,
    min(usage_date) as first_date,
    max(usage_date) as last_date
from marts.fct_ai_spend_daily
where
    ($start_date is null or usage_date >= cast($start_date as date))
    and ($end_date is null or usage_date <= cast($end_date as date))
    and ($vendor is null or lower(vendor) = lower($vendor))
    and ($platform is null or lower(platform) = lower($platform))
    and ($category is null or lower(category) = lower($category))
    and ($team is null or lower(team_name) = lower($team))
