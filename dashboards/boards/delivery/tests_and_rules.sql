select
    metric_date,
    metric_type,
    sum(value * sample_size) / nullif(sum(case when value is not null then sample_size end), 0)
        as recorded_share,
    sum(sample_size) as n_recorded,
    case when max(value) is null then max(null_reason) else '' end as null_reason
from metrics.development_metrics
where
    metric_type in (
        'test_pass_rate_avg', 'rule_compliance_rate', 'documentation_first_usage_rate'
    )
    and team_scope_level = 'all'
    [[and {{dates}}]]
group by metric_date, metric_type
order by metric_date, metric_type
