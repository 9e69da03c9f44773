{#
One row per look at a rule that CI recorded, with the pull request that it was of and its author's team,
where CI says which: its number, or the commit of its merge.
#}
with

rule_compliance as (

    select * from {{ ref('stg_dev_events__rule_compliance') }}

),

repository_names as (

    select * from {{ ref('int_delivery__repository_names') }}

),

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}

),

merged as (

    select
        repository_id,
        merge_commit_sha,
        min(pr_number) as pr_number
    from pull_requests
    where merge_commit_sha is not null
    group by repository_id, merge_commit_sha

),

located as (

    select
        rule_compliance.*,
        repository_names.repository_id,
        coalesce(repository_names.repository_name, rule_compliance.repository_name)
            as shown_repository_name,
        case
            when rule_compliance.context_type = 'pr'
                then {{ try_cast('rule_compliance.context_id', dbt.type_bigint()) }}
            when rule_compliance.context_type = 'commit' then merged.pr_number
        end as pr_number
    from rule_compliance
    left join repository_names
        on lower(rule_compliance.repository_name) = repository_names.repository_key
    left join merged
        on
            repository_names.repository_id = merged.repository_id
            and lower(rule_compliance.context_id) = merged.merge_commit_sha

)

select
    located.event_id,
    located.repository_id,
    located.shown_repository_name as repository_name,
    located.environment,
    pull_requests.team_name,
    pull_requests.author_key,
    located.rule_name,
    located.rule_category,
    located.compliance_status,
    located.context_type,
    located.context_id,
    located.branch,
    located.pr_number,
    located.is_documentation_first,
    located.occurred_at
from located
left join pull_requests
    on
        located.repository_id = pull_requests.repository_id
        and located.pr_number = pull_requests.pr_number
