select
    metric_name,
    case verdict
        when 'effect' then 'Effect'
        when 'no_effect' then 'No effect worth speaking of'
        else 'Cannot be told'
    end as verdict,
    verdict_reason,
    effect_ratio,
    effect_low_ratio,
    effect_high_ratio,
    n_developers,
    n_teams,
    n_outcome_pull_requests,
    placebo_low_ratio,
    placebo_high_ratio,
    naive_ratio,
    coalesce(naive_warning, '') as naive_warning
from metrics.mart_delivery__ai_impact
order by metric_role desc, metric_name
