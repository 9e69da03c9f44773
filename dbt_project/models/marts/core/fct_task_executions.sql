{#
One row per task: what it cost by the price of its start day, what the same units would have cost at the organisation's
baseline, and the signed difference. docs/savings.md explains every rule.
#}
{{ daily_incremental(
    cluster_by=['organization_id'], pre_hook="{{ delete_changed_task_days() }}"
) }}
{%- set chain_rounds = 3 %}
with

changed_days as (

    {{ changed_task_days() }}

),

near_tasks as (

    select * from {{ ref('int_savings__tasks') }}
    where
        {{ within_changed_days('started_at') }}

),

-- A retry's first attempt may stand on the day before.
attempts as (

    select
        organization_id,
        task_id,
        retry_of_task_id,
        is_successful,
        usage_date,
        started_at
    from {{ ref('int_savings__tasks') }}
    where
        {{ within_changed_days('started_at', days_before=1) }}

),

decisions as (

    select
        organization_id,
        routing_decision_id,
        task_id,
        routing_strategy,
        promised_cost_usd,
        promised_savings_usd,
        cheapest_alternative_cost_usd
    from {{ ref('fct_routing_decisions') }}
    where
        {{ within_changed_days('usage_date', days_before=1, bound_type='date') }}

),

rates as (

    select * from {{ ref('int_savings__rates') }}

),

tasks as (

    select
        near_tasks.*,
        changed_days.input_version,
        changed_days.baseline_provider,
        changed_days.baseline_model,
        coalesce({{ model_key('changed_days.baseline_model') }}, '') as baseline_model_key,
        changed_days.day_loaded_at
    from near_tasks
    inner join changed_days
        on
            near_tasks.organization_id = changed_days.organization_id
            and near_tasks.usage_date = changed_days.usage_date

),

-- An id is its organisation's: another one's task or decision may have the same.
-- Which retries repeat work that an earlier attempt had done on their day or the day before: each
-- round doubles how far back a chain of attempts is followed. Older successes do not count, because
-- a day that is computed again does not see them.
chain_0 as (

    select
        retries.organization_id,
        retries.task_id,
        retries.usage_date,
        earlier.task_id as earlier_task_id,
        case when earlier.is_successful then earlier.usage_date end as last_success_date
    from attempts as retries
    inner join attempts as earlier
        on
            retries.organization_id = earlier.organization_id
            and retries.retry_of_task_id = earlier.task_id
    where
        retries.retry_of_task_id is not null
        and (
            earlier.started_at < retries.started_at
            or (earlier.started_at = retries.started_at and earlier.task_id < retries.task_id)
        )

),
{% for chain_round in range(1, chain_rounds + 1) %}
chain_{{ chain_round }} as (

    select
        nearer.organization_id,
        nearer.task_id,
        nearer.usage_date,
        farther.earlier_task_id,
        coalesce(nearer.last_success_date, farther.last_success_date) as last_success_date
    from chain_{{ chain_round - 1 }} as nearer
    left join chain_{{ chain_round - 1 }} as farther
        on
            nearer.organization_id = farther.organization_id
            and nearer.earlier_task_id = farther.task_id

),
{% endfor %}
repetitions as (

    select
        organization_id,
        task_id
    from chain_{{ chain_rounds }}
    where last_success_date >= cast({{ dbt.dateadd('day', -1, 'usage_date') }} as date)
    group by organization_id, task_id

),

-- Prices are looked up once per kind of task and day, not once per task.
kinds as (

    select
        provider,
        model_key,
        task_type_key,
        service_tier,
        usage_date
    from tasks
    group by provider, model_key, task_type_key, service_tier, usage_date

    union distinct

    select
        baseline_provider as provider,
        baseline_model_key as model_key,
        task_type_key,
        service_tier,
        usage_date
    from tasks
    where baseline_provider is not null
    group by baseline_provider, baseline_model_key, task_type_key, service_tier, usage_date

),

rates_of_kinds as (

    select
        kinds.provider,
        kinds.model_key,
        kinds.task_type_key,
        kinds.service_tier,
        kinds.usage_date,
        rates.price_version,
        rates.pricing_model,
        rates.uncached_input_usd_per_million_units,
        rates.output_usd_per_million_units,
        rates.cache_read_usd_per_million_units,
        rates.cache_write_5m_usd_per_million_units,
        rates.cache_write_1h_usd_per_million_units,
        rates.any_usd_per_million_units,
        -- '' is all that no price names, so a name that a price has comes first.
        row_number() over (
            partition by
                kinds.provider, kinds.model_key, kinds.task_type_key, kinds.service_tier,
                kinds.usage_date
            order by rates.model_key desc, rates.task_type_key desc, rates.tier_key desc
        ) as rate_rank
    from kinds
    inner join rates
        on
            kinds.provider = rates.provider
            and rates.model_key in (kinds.model_key, '')
            and rates.task_type_key in (kinds.task_type_key, '')
            and rates.tier_key in (kinds.service_tier, '')
            and kinds.usage_date >= rates.valid_from_date
            and kinds.usage_date < coalesce(rates.valid_to_date, cast('9999-12-31' as date))

),

kind_rates as (

    select * from rates_of_kinds
    where rate_rank = 1

),

priced as (

    select
        tasks.*,
        repetitions.task_id is not null as is_repetition,
        actual_rates.price_version,
        case
            when not coalesce(tasks.is_routing_overhead, false) then baseline_rates.price_version
        end as baseline_price_version,
        {{ task_cost_usd('tasks', 'actual_rates') }} as actual_cost_usd,
        -- Without routing there would have been no such call.
        case
            when not coalesce(tasks.is_routing_overhead, false)
                then {{ task_cost_usd('tasks', 'baseline_rates') }}
        end as baseline_cost_usd
    from tasks
    left join repetitions
        on
            tasks.organization_id = repetitions.organization_id
            and tasks.task_id = repetitions.task_id
    left join kind_rates as actual_rates
        on
            tasks.provider = actual_rates.provider
            and tasks.model_key = actual_rates.model_key
            and tasks.task_type_key = actual_rates.task_type_key
            and tasks.service_tier = actual_rates.service_tier
            and tasks.usage_date = actual_rates.usage_date
    left join kind_rates as baseline_rates
        on
            tasks.baseline_provider = baseline_rates.provider
            and tasks.baseline_model_key = baseline_rates.model_key
            and tasks.task_type_key = baseline_rates.task_type_key
            and tasks.service_tier = baseline_rates.service_tier
            and tasks.usage_date = baseline_rates.usage_date

),

final as (

    select
        priced.usage_date,
        priced.organization_id,
        priced.user_id,
        priced.provider,
        priced.model,
        priced.task_type,
        priced.service_tier,
        priced.error_class,
        priced.baseline_provider,
        priced.baseline_model,
        case
            when priced.is_routing_overhead then 'routing_overhead'
            when not priced.is_successful or priced.is_repetition then 'not_applicable'
            when priced.baseline_cost_usd - priced.actual_cost_usd is null then 'unknown'
            else 'estimated'
        end as savings_status,
        coalesce(decisions.routing_strategy, unnamed_decisions.routing_strategy)
            as routing_strategy,
        {{ utc_timestamp('priced.started_at') }} as started_at,
        priced.ended_at,
        priced.duration_ms,
        priced.total_tokens,
        priced.uncached_input_tokens,
        priced.output_tokens,
        priced.cache_read_tokens,
        priced.cache_write_5m_tokens,
        priced.cache_write_1h_tokens,
        cast(priced.compute_units as {{ numeric_type() }}) as compute_units,
        priced.actual_cost_usd,
        priced.baseline_cost_usd,
        case
            when
                priced.is_successful and not priced.is_repetition
                and not coalesce(priced.is_routing_overhead, false)
                then priced.baseline_cost_usd - priced.actual_cost_usd
        end as savings_usd,
        case
            when
                priced.is_successful and not priced.is_repetition
                and not coalesce(priced.is_routing_overhead, false)
                then {{ to_numeric("'0'") }}
            else priced.actual_cost_usd
        end as overhead_cost_usd,
        cast(
            coalesce(decisions.promised_cost_usd, unnamed_decisions.promised_cost_usd)
            as {{ numeric_type() }}
        ) as promised_cost_usd,
        cast(
            coalesce(decisions.promised_savings_usd, unnamed_decisions.promised_savings_usd)
            as {{ numeric_type() }}
        ) as promised_savings_usd,
        cast(
            coalesce(
                decisions.cheapest_alternative_cost_usd,
                unnamed_decisions.cheapest_alternative_cost_usd
            ) as {{ numeric_type() }}
        ) as cheapest_alternative_cost_usd,
        cast(priced.reported_cost_usd as {{ numeric_type() }}) as reported_cost_usd,
        priced.price_version,
        priced.baseline_price_version,
        priced.task_confidence,
        priced.is_successful,
        priced.retry_of_task_id is not null as is_retry,
        priced.is_repetition,
        priced.task_id,
        priced.routing_decision_id,
        priced.retry_of_task_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        priced.input_version,
        priced.day_loaded_at as loaded_at
    from priced
    left join decisions
        on
            priced.organization_id = decisions.organization_id
            and priced.routing_decision_id = decisions.routing_decision_id
    -- One that names no organisation is for the task that it names.
    left join decisions as unnamed_decisions
        on
            priced.routing_decision_id = unnamed_decisions.routing_decision_id
            and priced.task_id = unnamed_decisions.task_id
            and unnamed_decisions.organization_id = 'unknown'
            and decisions.routing_decision_id is null

)

select * from final
