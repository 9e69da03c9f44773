select
    episode_start_date,
    budget_scope,
    budget_scope_value,
    max(usage_date) as last_day_date,
    count(*) as n_days,
    sum(usage_cost_usd) as usage_cost_usd,
    sum(expected_usd) as expected_usd,
    sum(impact_usd) as impact_usd
from marts.mart_finance__anomalies
where is_anomaly [[and {{dates}}]]
group by episode_id, episode_start_date, budget_scope, budget_scope_value
order by episode_start_date desc, impact_usd desc, budget_scope, budget_scope_value
