{#
One row per task and rule that flags it (seed task_review_rules): what somebody should look at, with the figures that the
rule compared.
#}
{{ daily_incremental(
    cluster_by=['organization_id'], pre_hook="{{ delete_changed_task_days() }}"
) }}
with

changed_days as (

    {{ changed_task_days() }}

),

tasks as (

    {{ tasks_of_changed_days() }}

),

rules as (

    select
        review_rule,
        {{ to_numeric('threshold_text') }} as threshold
    from {{ ref('task_review_rules') }}

),

limits as (

    select
        max(case when review_rule = 'cost_above_baseline' then threshold end) as baseline_multiple,
        max(case when review_rule = 'expensive_task' then threshold end) as expensive_usd
    from rules

),

-- Few tasks are flagged: they are found in one pass before the rules are told apart.
flagged_tasks as (

    select
        *,
        started_at > ended_at as is_ended_before_start,
        total_tokens > {{ classified_tokens('tasks') }}
        and coalesce({{ token_columns('tasks') }}) is not null as is_beyond_classes
    from tasks

),

judged as (

    select
        flagged_tasks.*,
        rules.review_rule,
        rules.threshold
    from flagged_tasks
    cross join limits
    inner join rules
        on
            (rules.review_rule = 'negative_savings' and flagged_tasks.savings_usd < rules.threshold)
            or (
                rules.review_rule = 'cost_above_baseline'
                and flagged_tasks.actual_cost_usd
                > flagged_tasks.baseline_cost_usd * rules.threshold
            )
            or (
                rules.review_rule = 'expensive_task'
                and flagged_tasks.actual_cost_usd > rules.threshold
            )
            or (
                rules.review_rule = 'unpriced_task' and flagged_tasks.actual_cost_usd is null
            )
            or (
                rules.review_rule = 'tokens_beyond_classes' and flagged_tasks.is_beyond_classes
            )
            or (
                rules.review_rule = 'ends_before_start' and flagged_tasks.is_ended_before_start
            )
    where
        flagged_tasks.savings_usd < 0
        or flagged_tasks.actual_cost_usd is null
        or flagged_tasks.actual_cost_usd > limits.expensive_usd
        or flagged_tasks.actual_cost_usd
        > flagged_tasks.baseline_cost_usd * limits.baseline_multiple
        or flagged_tasks.is_beyond_classes
        or flagged_tasks.is_ended_before_start

),

final as (

    select
        usage_date,
        organization_id,
        user_id,
        review_rule,
        provider,
        model,
        task_type,
        started_at,
        actual_cost_usd,
        baseline_cost_usd,
        savings_usd,
        price_version,
        baseline_price_version,
        is_successful,
        task_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        input_version,
        loaded_at
    from judged

)

select * from final
