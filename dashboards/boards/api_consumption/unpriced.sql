select
    model,
    cost_component,
    service_tier,
    sum(n_unpriced_units) as n_unpriced_units,
    min(usage_date) as first_date,
    max(usage_date) as last_date
from marts.mart_api_consumption__unpriced_daily
where n_unpriced_units > 0 [[and {{dates}}]] [[and {{model}}]]
group by model, cost_component, service_tier
order by n_unpriced_units desc, model, cost_component, service_tier
