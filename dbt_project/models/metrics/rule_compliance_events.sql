{# One row per look at a rule that CI recorded. #}
with

rule_events as (

    select * from {{ ref('int_delivery__rule_events') }}

)

select
    cast(occurred_at as date) as event_date,
    repository_name,
    team_name,
    environment,
    rule_name,
    rule_category,
    compliance_status,
    case
        when is_documentation_first then 'first'
        when not is_documentation_first then 'later'
    end as documentation_order,
    context_type,
    context_id,
    branch,
    pr_number,
    compliance_status = 'compliant' as is_compliant,
    occurred_at,
    repository_id,
    event_id as rule_compliance_event_id
from rule_events
