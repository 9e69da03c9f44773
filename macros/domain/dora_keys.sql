{#
The five keys of DORA over rows of int_delivery__dora_periods, each with its number and, where it is
NULL, with the reason. A share of fewer than ten deployments is none, what begins before the first
deployment known is not a whole period, and how long fewer than five people took is nobody else's.
#}
{% macro dora_keys(dora_period, date_column) -%}
with

periods as (

    select
        *,
        not is_before_coverage and n_deployments >= 10 as has_enough_deployments,
        not is_before_coverage
        and (n_authors = 0 or n_authors >= {{ fewest_people() }}) as has_shown_times,
        -- Whose branch has no commit with a time is in no lead time.
        not is_before_coverage
        and (n_timed_authors = 0 or n_timed_authors >= {{ fewest_people() }}) as has_shown_lead,
        case
            when is_before_coverage then 'before_coverage'
            when n_deployments = 0 then 'no_deployments'
            when n_deployments < 10 then 'few_deployments'
        end as share_null_reason
    from {{ ref('int_delivery__dora_periods') }}
    where dora_period = '{{ dora_period }}'

)

select
    period_date as {{ date_column }},
    repository_name,
    service,
    team_scope_level,
    team_scope,
    n_period_days,
    n_deployments,
    n_deployment_days,
    n_unmapped_deployments,
    n_failed_deployments,
    n_failed_by_incident,
    n_failed_by_rollback,
    n_failed_by_revert,
    n_failed_by_hotfix,
    n_rework_deployments,
    n_rollbacks,
    n_failed_attempts,
    n_changes,
    n_timed_changes,
    n_recovered_deployments,
    case when not is_before_coverage then {{ share_of('n_deployments', 'n_period_days') }} end as deployments_per_day,
    case when not is_before_coverage then {{ share_of('7 * n_deployment_days', 'n_period_days') }} end as deployment_days_per_week,
    case when has_shown_lead then lead_p50_seconds end as lead_p50_seconds,
    case when has_shown_lead then lead_p90_seconds end as lead_p90_seconds,
    case when has_shown_times then deploy_p50_seconds end as deploy_p50_seconds,
    case when has_shown_times then deploy_p90_seconds end as deploy_p90_seconds,
    {{ share_of('n_unmapped_deployments', 'n_deployments') }} as unmapped_deployments_share,
    case when has_enough_deployments then {{ share_of('n_failed_deployments', 'n_deployments') }} end as change_fail_share,
    case when has_enough_deployments then {{ wilson_bound('n_failed_deployments', 'n_deployments', '-') }} end
        as change_fail_low_share,
    case when has_enough_deployments then {{ wilson_bound('n_failed_deployments', 'n_deployments', '+') }} end
        as change_fail_high_share,
    case when has_enough_deployments then {{ share_of('n_rework_deployments', 'n_deployments') }} end as rework_share,
    case when not is_before_coverage then recovery_p50_seconds end as recovery_p50_seconds,
    share_null_reason,
    case
        when is_before_coverage then 'before_coverage'
        when n_changes = 0 then 'no_changes'
        when not has_shown_lead then 'few_people'
        when n_timed_changes = 0 then 'no_known_times'
    end as lead_null_reason,
    case
        when is_before_coverage then 'before_coverage'
        when n_failed_deployments = 0 then 'no_failures'
        when n_recovered_deployments = 0 then 'not_recovered'
    end as recovery_null_reason,
    is_provisional,
    coverage_start_date,
    repository_id,
    {{ surrogate_key(['repository_id', 'service', 'team_scope_level', 'team_scope', 'period_date']) }} as dora_id
from periods
{%- endmacro %}
