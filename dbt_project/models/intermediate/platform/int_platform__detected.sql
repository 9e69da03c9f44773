{#
One row per UTC day, messages actor and workspace with the platform of the first rule that
matches.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

candidates as (

    select * from {{ ref('int_platform__candidates') }}
    where usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by usage_date, actor_type, actor_id, workspace_key
            order by rule_priority, platform_rule_id, evidence_value
        ) as candidate_rank
    from candidates

),

final as (

    select
        ranked.actor_type,
        ranked.actor_id,
        ranked.workspace_key,
        ranked.platform,
        ranked.platform_rule_id,
        ranked.platform_detection_method,
        day_versions.input_version,
        ranked.usage_date
    from ranked
    inner join day_versions
        on ranked.usage_date = day_versions.usage_date
    where ranked.candidate_rank = 1

)

select * from final
