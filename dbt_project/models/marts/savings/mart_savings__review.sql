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

near_tasks as (

    select * from {{ ref('fct_task_executions') }}
    where
        {{ within_changed_days('usage_date', bound_type='date') }}

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
        near_tasks.*,
        near_tasks.started_at > near_tasks.ended_at as is_ended_before_start,
        near_tasks.used_tokens > coalesce(near_tasks.uncached_input_tokens, 0)
        + coalesce(near_tasks.output_tokens, 0) + coalesce(near_tasks.cache_read_tokens, 0)
        + coalesce(near_tasks.cache_write_5m_tokens, 0)
        + coalesce(near_tasks.cache_write_1h_tokens, 0)
        and coalesce(
            near_tasks.uncached_input_tokens, near_tasks.output_tokens,
            near_tasks.cache_read_tokens, near_tasks.cache_write_5m_tokens,
            near_tasks.cache_write_1h_tokens
        ) is not null as is_beyond_classes
    from near_tasks
    inner join changed_days
        on
            near_tasks.organization_id = changed_days.organization_id
            and near_tasks.usage_date = changed_days.usage_date

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
        task_id,
        organization_id,
        user_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        input_version,
        review_rule,
        provider,
        model,
        task_type,
        price_version,
        baseline_price_version,
        actual_cost_usd,
        baseline_cost_usd,
        savings_usd,
        is_successful,
        usage_date,
        started_at,
        loaded_at
    from judged

)

select * from final
